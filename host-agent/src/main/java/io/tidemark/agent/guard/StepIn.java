package io.tidemark.agent.guard;

import io.tidemark.agent.guard.GuardedDomain.Unreachable;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The guard's work once it steps in. In each round all that is due is tried, so that one thing that fails does not
/// keep the others from being done, and only what failed is tried again: each is safe twice. Meanwhile it goes on
/// hearing the agent. One thread; the fields that are not final are what moves.
final class StepIn {
    private static final int PAUSE_MILLIS = 500;
    private static final int REFUSALS_MAX = 20;
    private static final long UNREACHABLE_MAX_MILLIS = 600_000;
    /// The call that begins the job, or pauses the guest, may outlive its agent: libvirt waits 30 s for the domain,
    /// and the agent's call limit is 40 s.
    private static final long CALL_TO_COME_MAX_MILLIS = 45_000;

    private final GuardedDomain domain;
    private final GuardedAgent agent;
    private final LongSupplier clockMillis;
    private final Consumer<String> report;
    private final Set<GuardAction> due = EnumSet.noneOf(GuardAction.class);
    private final Map<GuardAction, Integer> refusals = new EnumMap<>(GuardAction.class);
    private final CountDownLatch pause = new CountDownLatch(1); // never counted down
    private long begunMillis;
    private long leaseEndsMillis;
    private boolean isPipeOpen = true;
    private boolean resumes;
    private boolean isKilled;

    StepIn(GuardedDomain domain, GuardedAgent agent, LongSupplier clockMillis, Consumer<String> report) {
        this.domain = domain;
        this.agent = agent;
        this.clockMillis = clockMillis;
        this.report = report;
    }

    private enum Outcome {
        DONE,
        REFUSED,
        UNREACHABLE,
        NOT_FOUND
    }

    /// Returns when all is done, or given up.
    ///
    /// @param hearsAgent false once the agent's end of the pipe is closed: then it is gone, or has let go of us
    void run(List<GuardAction> actions, long leaseEnds, boolean hearsAgent, Queue<Optional<String>> lines)
            throws InterruptedException {
        begunMillis = clockMillis.getAsLong();
        leaseEndsMillis = leaseEnds;
        isPipeOpen = hearsAgent;
        due.addAll(actions);
        resumes = due.contains(GuardAction.RESUME_IF_PAUSED_FOR_SPACE);
        do {
            round(lines);
        } while (!due.isEmpty() && !pause.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    }

    private void round(Queue<Optional<String>> lines) {
        Outcome abort = Outcome.DONE;
        for (GuardAction action : GuardAction.values()) {
            hear(lines);
            boolean isResume = action == GuardAction.RESUME_IF_PAUSED_FOR_SPACE;
            if (!due.contains(action) || (isResume && abort == Outcome.UNREACHABLE)) {
                continue;
            }
            Outcome outcome = outcome(action);
            if (action == GuardAction.ABORT_OUR_JOB) {
                abort = outcome;
            }
            if (!isResume || outcome != Outcome.DONE || abort != Outcome.REFUSED) {
                settle(action, outcome);
            }
        }
    }

    private Outcome outcome(GuardAction action) {
        try {
            return switch (action) {
                case RESUME_IF_SUSPENDED -> domain.resumeIfSuspended() ? Outcome.DONE : Outcome.NOT_FOUND;
                case THAW -> {
                    domain.thaw();
                    yield Outcome.DONE;
                }
                case ABORT_OUR_JOB -> domain.abortOurJob() ? Outcome.DONE : Outcome.NOT_FOUND;
                case RESUME_IF_PAUSED_FOR_SPACE -> {
                    domain.resumeIfPausedForSpace();
                    yield Outcome.DONE;
                }
            };
        } catch (Unreachable away) {
            report.accept("guard: " + action + " failed: " + away.getMessage());
            return Outcome.UNREACHABLE;
        } catch (RuntimeException failed) {
            report.accept("guard: " + action + " failed: " + failed.getMessage());
            return Outcome.REFUSED;
        }
    }

    private void settle(GuardAction action, Outcome outcome) {
        boolean isOver = switch (outcome) {
            case DONE -> true;
            case NOT_FOUND -> elapsedMillis() >= CALL_TO_COME_MAX_MILLIS;
            case REFUSED -> refusals.merge(action, 1, Integer::sum) >= REFUSALS_MAX;
            case UNREACHABLE -> elapsedMillis() >= UNREACHABLE_MAX_MILLIS;
        };
        if (isOver) {
            due.remove(action);
        }
        if (isOver && (outcome == Outcome.REFUSED || outcome == Outcome.UNREACHABLE)) {
            report.accept("guard: " + action + " is given up");
        }
        if (action == GuardAction.ABORT_OUR_JOB && outcome == Outcome.UNREACHABLE) {
            killIfSilent();
        }
        if (action == GuardAction.ABORT_OUR_JOB && outcome == Outcome.DONE && resumes) {
            due.add(GuardAction.RESUME_IF_PAUSED_FOR_SPACE); // a job that came late may have paused the guest since
        }
    }

    /// An agent whose lease is over with its pipe open is stopped or hangs, and may be what the job waits for.
    private void killIfSilent() {
        if (isPipeOpen && !isKilled && clockMillis.getAsLong() >= leaseEndsMillis) {
            report.accept("guard: kills the agent, which is silent and may keep the job from ending");
            isKilled = true;
            agent.kill();
        }
    }

    private long elapsedMillis() {
        return clockMillis.getAsLong() - begunMillis;
    }

    private void hear(Queue<Optional<String>> lines) {
        for (Optional<String> line = lines.poll(); line != null; line = lines.poll()) {
            line.ifPresentOrElse(this::heard, () -> isPipeOpen = false);
        }
    }

    private void heard(String text) {
        try {
            switch (GuardLine.parse(text)) {
                case GuardLine.Renew(long leaseMillis) -> leaseEndsMillis = clockMillis.getAsLong() + leaseMillis;
                case GuardLine.Done _ -> {
                    due.remove(GuardAction.RESUME_IF_SUSPENDED);
                    due.remove(GuardAction.THAW);
                    due.remove(GuardAction.ABORT_OUR_JOB);
                }
                case GuardLine.Resumed _ -> due.remove(GuardAction.RESUME_IF_SUSPENDED);
                case GuardLine.Watch _, GuardLine.Frozen _, GuardLine.Paused _, GuardLine.Job _ ->
                    report.accept("guard: has stepped in and does not heed \"" + text + "\"");
            }
        } catch (IllegalArgumentException malformed) {
            report.accept(String.valueOf(malformed.getMessage()));
        }
    }
}
