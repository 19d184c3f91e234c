package io.tidemark.agent.guard;

import io.tidemark.agent.guard.GuardEvent.AgentDone;
import io.tidemark.agent.guard.GuardEvent.FreezeBegun;
import io.tidemark.agent.guard.GuardEvent.JobBegun;
import io.tidemark.agent.guard.GuardEvent.JobSeen;
import io.tidemark.agent.guard.GuardEvent.LeaseRenewed;
import io.tidemark.agent.guard.GuardEvent.PipeClosed;
import io.tidemark.agent.guard.GuardEvent.Ticked;
import io.tidemark.agent.guard.GuardEvent.Watched;
import io.tidemark.schemas.id.DomainUuid;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Runs the decider over what comes from the pipe, the clock and the domain, until it has ended. One thread;
/// `state`
/// and `domain` are not final because they are what moves.
public final class Guard {
    private static final int LOOK_EVERY_MILLIS = 250;
    private static final int ACTION_TRIES_MAX = 20;
    private static final int ACTION_PAUSE_MILLIS = 500;

    private final Function<DomainUuid, GuardedDomain> domains;
    private final LongSupplier clockMillis;
    private final Consumer<String> report;
    private final CountDownLatch pause = new CountDownLatch(1); // never counted down
    private GuardState state = new GuardState.Idle();
    private @Nullable GuardedDomain domain;

    /// @param clockMillis never goes back
    /// @param report takes one line for each thing done
    public Guard(Function<DomainUuid, GuardedDomain> domains, LongSupplier clockMillis, Consumer<String> report) {
        this.domains = domains;
        this.clockMillis = clockMillis;
        this.report = report;
    }

    /// Returns when there is nothing left to guard.
    ///
    /// @param lines what the agent wrote; empty once its end of the pipe is closed
    public void run(BlockingQueue<Optional<String>> lines) throws InterruptedException {
        while (!(state instanceof GuardState.Ended)) {
            Optional<String> line = lines.poll(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            if (line != null) {
                apply(line.map(this::heardOrBroken).orElseGet(PipeClosed::new));
            }
            apply(new Ticked(clockMillis.getAsLong()));
            if (state instanceof GuardState.JobRunning || state instanceof GuardState.Frozen) {
                look();
            }
        }
    }

    /// A line that cannot be read means an agent that cannot be trusted to thaw.
    private GuardEvent heardOrBroken(String text) {
        try {
            return heard(text);
        } catch (IllegalArgumentException malformed) {
            report.accept(String.valueOf(malformed.getMessage()));
            return new PipeClosed();
        }
    }

    private GuardEvent heard(String text) {
        long now = clockMillis.getAsLong();
        return switch (GuardLine.parse(text)) {
            case GuardLine.Watch(DomainUuid uuid, long leaseMillis) -> {
                domain = domains.apply(uuid);
                yield new Watched(now + leaseMillis);
            }
            case GuardLine.Frozen(long thawWithinMillis) -> new FreezeBegun(now + thawWithinMillis);
            case GuardLine.Job(long scratchLimitBytes) -> new JobBegun(scratchLimitBytes);
            case GuardLine.Renew(long leaseMillis) -> new LeaseRenewed(now + leaseMillis);
            case GuardLine.Done _ -> new AgentDone();
        };
    }

    /// A look that fails says nothing: the lease still ends.
    private void look() throws InterruptedException {
        GuardedDomain known = domain;
        if (known == null) {
            return;
        }
        JobSeen seen;
        try {
            seen = new JobSeen(known.scratchUsedBytes(), known.isPausedForSpace());
        } catch (RuntimeException unseen) {
            report.accept("guard: cannot look at the job: " + unseen.getMessage());
            return;
        }
        apply(seen);
    }

    private void apply(GuardEvent event) throws InterruptedException {
        var decision = GuardDecider.decide(state, event);
        if (!decision.actions().isEmpty()) {
            report.accept("guard: steps in after " + event + " in " + state);
        }
        act(decision.actions());
        state = decision.next();
    }

    /// One action that fails does not keep the others from being done, and all are tried again: each is safe twice.
    private void act(List<GuardAction> actions) throws InterruptedException {
        GuardedDomain known = domain;
        if (known == null || actions.isEmpty()) {
            return;
        }
        for (int tries = 0; tries < ACTION_TRIES_MAX; tries++) {
            long failed = actions.stream().filter(action -> !did(known, action)).count();
            if (failed == 0 || pause.await(ACTION_PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private boolean did(GuardedDomain known, GuardAction action) {
        try {
            switch (action) {
                case THAW -> known.thaw();
                case ABORT_OUR_JOB -> known.abortOurJob();
                case RESUME_IF_PAUSED_FOR_SPACE -> known.resumeIfPausedForSpace();
            }
            return true;
        } catch (RuntimeException failed) {
            report.accept("guard: " + action + " failed: " + failed.getMessage());
            return false;
        }
    }
}
