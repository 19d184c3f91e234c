package io.tidemark.agent.guard;

import io.tidemark.agent.guard.GuardEvent.AgentDone;
import io.tidemark.agent.guard.GuardEvent.FreezeBegun;
import io.tidemark.agent.guard.GuardEvent.JobBegun;
import io.tidemark.agent.guard.GuardEvent.JobSeen;
import io.tidemark.agent.guard.GuardEvent.LeaseRenewed;
import io.tidemark.agent.guard.GuardEvent.PipeClosed;
import io.tidemark.agent.guard.GuardEvent.Ticked;
import io.tidemark.agent.guard.GuardEvent.Watched;
import io.tidemark.agent.guard.GuardState.Ended;
import io.tidemark.agent.guard.GuardState.Frozen;
import io.tidemark.agent.guard.GuardState.Idle;
import io.tidemark.agent.guard.GuardState.JobRunning;
import io.tidemark.agent.guard.GuardState.Watching;
import java.util.List;

/// When the guard steps in. Pure: no clock, no I/O. Stepping in always ends the guard, and does the whole of its
/// work whatever the agent said last, because the agent may have died between an act and its report.
final class GuardDecider {
    private GuardDecider() {}

    /// The next state, and what to do before it is entered.
    record Decision(GuardState next, List<GuardAction> actions) {}

    static Decision decide(GuardState state, GuardEvent event) {
        return switch (state) {
            case Idle idle -> whileIdle(idle, event);
            case Watching watching -> whileWatching(watching, event);
            case Frozen frozen -> whileFrozen(frozen, event);
            case JobRunning job -> whileJobRuns(job, event);
            case Ended ended -> stay(ended);
        };
    }

    private static Decision whileIdle(Idle idle, GuardEvent event) {
        return switch (event) {
            case Watched(long leaseEnds) -> stay(new Watching(leaseEnds));
            case AgentDone _, PipeClosed _ -> stay(new Ended());
            case FreezeBegun _, JobBegun _, LeaseRenewed _, Ticked _, JobSeen _ -> stay(idle);
        };
    }

    private static Decision whileWatching(Watching watching, GuardEvent event) {
        return switch (event) {
            case Watched(long leaseEnds) -> stay(new Watching(leaseEnds));
            case LeaseRenewed(long leaseEnds) -> stay(new Watching(leaseEnds));
            case FreezeBegun(long thawBy) -> stay(new Frozen(watching.leaseEndsMillis(), thawBy));
            case JobBegun(long limit) -> stay(new JobRunning(watching.leaseEndsMillis(), limit));
            case Ticked(long now) -> now >= watching.leaseEndsMillis() ? stepIn() : stay(watching);
            case JobSeen _ -> stay(watching);
            case AgentDone _ -> stay(new Ended());
            case PipeClosed _ -> stepIn();
        };
    }

    private static Decision whileFrozen(Frozen frozen, GuardEvent event) {
        return switch (event) {
            case LeaseRenewed(long leaseEnds) -> stay(new Frozen(leaseEnds, frozen.thawByMillis()));
            case JobBegun(long limit) -> stay(new JobRunning(frozen.leaseEndsMillis(), limit));
            case Ticked(long now) ->
                now >= Math.min(frozen.leaseEndsMillis(), frozen.thawByMillis()) ? stepIn() : stay(frozen);
            // the job begins within the freeze: used scratch shows that the pause is its doing
            case JobSeen(long used, boolean isPausedForSpace) ->
                isPausedForSpace && used > 0 ? stepIn() : stay(frozen);
            case Watched _, FreezeBegun _ -> stay(frozen); // a freeze's deadline is never moved
            case AgentDone _ -> stay(new Ended());
            case PipeClosed _ -> stepIn();
        };
    }

    private static Decision whileJobRuns(JobRunning job, GuardEvent event) {
        return switch (event) {
            case LeaseRenewed(long leaseEnds) -> stay(new JobRunning(leaseEnds, job.scratchLimitBytes()));
            case Ticked(long now) -> now >= job.leaseEndsMillis() ? stepIn() : stay(job);
            case JobSeen(long used, boolean isPausedForSpace) ->
                isPausedForSpace || used >= job.scratchLimitBytes() ? stepIn() : stay(job);
            case Watched _, FreezeBegun _, JobBegun _ -> stay(job);
            case AgentDone _ -> stay(new Ended());
            case PipeClosed _ -> stepIn();
        };
    }

    private static Decision stepIn() {
        return new Decision(
                new Ended(),
                List.of(GuardAction.THAW, GuardAction.ABORT_OUR_JOB, GuardAction.RESUME_IF_PAUSED_FOR_SPACE));
    }

    private static Decision stay(GuardState state) {
        return new Decision(state, List.of());
    }
}
