package io.tidemark.agent.guard;

import io.tidemark.agent.guard.GuardEvent.AgentDone;
import io.tidemark.agent.guard.GuardEvent.FreezeBegun;
import io.tidemark.agent.guard.GuardEvent.JobBegun;
import io.tidemark.agent.guard.GuardEvent.JobSeen;
import io.tidemark.agent.guard.GuardEvent.LeaseRenewed;
import io.tidemark.agent.guard.GuardEvent.PauseBegun;
import io.tidemark.agent.guard.GuardEvent.PauseEnded;
import io.tidemark.agent.guard.GuardEvent.PipeClosed;
import io.tidemark.agent.guard.GuardEvent.Ticked;
import io.tidemark.agent.guard.GuardEvent.Watched;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Runs the decider over what comes from the pipe, the clock and the domain, until it has ended. One thread; fields
/// that are not final are what moves.
public final class Guard {
    private static final int LOOK_EVERY_MILLIS = 250;
    /// Begins the line that says so.
    static final String STEPS_IN = "guard: steps in";

    private final Function<GuardLine.Watch, GuardedDomain> domains;
    private final GuardedAgent agent;
    private final BlockingQueue<Optional<String>> lines;
    private final LongSupplier clockMillis;
    private final Consumer<String> report;
    private GuardState state = new GuardState.Idle();
    private @Nullable GuardedDomain domain;
    private long leaseEndsMillis;

    /// @param lines what the agent wrote; empty once its end of the pipe is closed
    /// @param clockMillis never goes back
    /// @param report takes one line for each thing done
    public Guard(
            Function<GuardLine.Watch, GuardedDomain> domains,
            GuardedAgent agent,
            BlockingQueue<Optional<String>> lines,
            LongSupplier clockMillis,
            Consumer<String> report) {
        this.domains = domains;
        this.agent = agent;
        this.lines = lines;
        this.clockMillis = clockMillis;
        this.report = report;
    }

    /// Returns when there is nothing left to guard.
    public void run() throws InterruptedException {
        while (!(state instanceof GuardState.Ended)) {
            Optional<String> line = lines.poll(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            if (line != null) {
                apply(line.map(this::heardOrBroken).orElseGet(PipeClosed::new));
            }
            apply(new Ticked(clockMillis.getAsLong()));
            if (!(state instanceof GuardState.Idle || state instanceof GuardState.Ended)) {
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
            case GuardLine.Watch watch -> {
                domain = domains.apply(watch);
                leaseEndsMillis = now + watch.leaseMillis();
                yield new Watched(leaseEndsMillis);
            }
            case GuardLine.Frozen(long thawWithinMillis) -> new FreezeBegun(now + thawWithinMillis);
            case GuardLine.Paused(long resumeWithinMillis) -> new PauseBegun(now + resumeWithinMillis);
            case GuardLine.Resumed _ -> new PauseEnded();
            case GuardLine.Job(long scratchLimitBytes, boolean mayBeFrozen) ->
                new JobBegun(scratchLimitBytes, mayBeFrozen);
            case GuardLine.Renew(long leaseMillis) -> {
                leaseEndsMillis = now + leaseMillis;
                yield new LeaseRenewed(leaseEndsMillis);
            }
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
        GuardedDomain known = domain;
        if (known != null && !decision.actions().isEmpty()) {
            report.accept(STEPS_IN + " after " + event + " in " + state);
            boolean hearsAgent = !(event instanceof PipeClosed);
            new StepIn(known, agent, clockMillis, report).run(decision.actions(), leaseEndsMillis, hearsAgent, lines);
        }
        state = decision.next();
    }
}
