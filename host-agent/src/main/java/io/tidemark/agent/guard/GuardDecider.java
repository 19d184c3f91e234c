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
import io.tidemark.agent.guard.GuardState.Ended;
import io.tidemark.agent.guard.GuardState.Frozen;
import io.tidemark.agent.guard.GuardState.Idle;
import io.tidemark.agent.guard.GuardState.JobLimits;
import io.tidemark.agent.guard.GuardState.JobRunning;
import io.tidemark.agent.guard.GuardState.Suspended;
import io.tidemark.agent.guard.GuardState.Watching;
import java.util.ArrayList;
import java.util.List;

/// When the guard steps in. Pure: no clock, no I/O. Stepping in always ends the guard. It undoes all that the agent
/// may have begun, as each act is said before it is done: a freeze only if one of ours may be on, so that those of
/// others are left alone.
final class GuardDecider {
    private GuardDecider() {}

    /// The next state, and what to do before it is entered.
    record Decision(GuardState next, List<GuardAction> actions) {}

    static Decision decide(GuardState state, GuardEvent event) {
        return switch (state) {
            case Idle idle -> whileIdle(idle, event);
            case Watching watching -> whileWatching(watching, event);
            case Frozen frozen -> whileFrozen(frozen, event);
            case Suspended suspended -> whileSuspended(suspended, event);
            case JobRunning job -> whileJobRuns(job, event);
            case Ended ended -> stay(ended);
        };
    }

    private static Decision whileIdle(Idle idle, GuardEvent event) {
        return switch (event) {
            case Watched(long leaseEnds) -> stay(new Watching(leaseEnds, GuestPause.UNKNOWN));
            case AgentDone _, PipeClosed _ -> stay(new Ended());
            case FreezeBegun _, PauseBegun _, PauseEnded _, JobBegun _, LeaseRenewed _, Ticked _, JobSeen _ ->
                stay(idle);
        };
    }

    /// Nothing has been begun that would have to be undone.
    private static Decision whileWatching(Watching watching, GuardEvent event) {
        long leaseEnds = watching.leaseEndsMillis();
        return switch (event) {
            case Watched(long renewed) -> stay(new Watching(renewed, watching.pause()));
            case LeaseRenewed(long renewed) -> stay(new Watching(renewed, watching.pause()));
            case FreezeBegun(long thawBy) -> stay(new Frozen(leaseEnds, thawBy, watching.pause()));
            case PauseBegun(long resumeBy) -> stay(new Suspended(leaseEnds, null, resumeBy, watching.pause()));
            case PauseEnded _ -> stay(watching);
            case JobBegun(long limit, boolean mayBeFrozen) ->
                stay(new JobRunning(new JobLimits(leaseEnds, limit), mayBeFrozen, watching.pause()));
            case Ticked(long now) -> stay(now >= leaseEnds ? new Ended() : watching);
            case JobSeen(long used, boolean isPaused) ->
                stay(new Watching(leaseEnds, watching.pause().after(used, isPaused)));
            case AgentDone _, PipeClosed _ -> stay(new Ended());
        };
    }

    private static Decision whileFrozen(Frozen frozen, GuardEvent event) {
        return switch (event) {
            case LeaseRenewed(long renewed) -> stay(new Frozen(renewed, frozen.thawByMillis(), frozen.pause()));
            case JobBegun(long limit, boolean mayBeFrozen) ->
                stay(new JobRunning(new JobLimits(frozen.leaseEndsMillis(), limit), mayBeFrozen, frozen.pause()));
            case Ticked(long now) ->
                now >= Math.min(frozen.leaseEndsMillis(), frozen.thawByMillis()) ? stepIn(frozen) : stay(frozen);
            case JobSeen(long used, boolean isPaused) -> whileFrozen(frozen, used, isPaused);
            case PauseBegun(long resumeBy) ->
                stay(new Suspended(frozen.leaseEndsMillis(), frozen.thawByMillis(), resumeBy, frozen.pause()));
            case Watched _, FreezeBegun _, PauseEnded _ -> stay(frozen); // a freeze's deadline is never moved
            case AgentDone _ -> stay(new Ended());
            case PipeClosed _ -> stepIn(frozen);
        };
    }

    /// The job begins within the freeze: used scratch shows that the pause is its doing.
    private static Decision whileFrozen(Frozen frozen, long used, boolean isPaused) {
        GuestPause pause = frozen.pause().after(used, isPaused);
        Frozen seen = new Frozen(frozen.leaseEndsMillis(), frozen.thawByMillis(), pause);
        return isPaused && used > 0 && pause != GuestPause.NOT_OURS ? stepIn(seen) : stay(seen);
    }

    /// No job is begun under a pause.
    private static Decision whileSuspended(Suspended suspended, GuardEvent event) {
        return switch (event) {
            case LeaseRenewed(long renewed) ->
                stay(new Suspended(renewed, suspended.thawByMillis(), suspended.resumeByMillis(), suspended.pause()));
            case PauseEnded _ -> stay(beforeThePause(suspended));
            case Ticked(long now) -> now >= runsBy(suspended) ? stepIn(suspended) : stay(suspended);
            case Watched _, FreezeBegun _, PauseBegun _, JobBegun _, JobSeen _ -> stay(suspended);
            case AgentDone _ -> stay(new Ended());
            case PipeClosed _ -> stepIn(suspended);
        };
    }

    private static GuardState beforeThePause(Suspended suspended) {
        Long thawBy = suspended.thawByMillis();
        return thawBy == null
                ? new Watching(suspended.leaseEndsMillis(), suspended.pause())
                : new Frozen(suspended.leaseEndsMillis(), thawBy, suspended.pause());
    }

    private static long runsBy(Suspended suspended) {
        Long thawBy = suspended.thawByMillis();
        long by = Math.min(suspended.leaseEndsMillis(), suspended.resumeByMillis());
        return thawBy == null ? by : Math.min(by, thawBy);
    }

    private static Decision stepIn(Suspended suspended) {
        return new Decision(
                new Ended(),
                suspended.thawByMillis() == null
                        ? List.of(GuardAction.RESUME_IF_SUSPENDED)
                        : List.of(GuardAction.RESUME_IF_SUSPENDED, GuardAction.THAW));
    }

    private static Decision whileJobRuns(JobRunning job, GuardEvent event) {
        return switch (event) {
            case LeaseRenewed(long renewed) ->
                stay(new JobRunning(
                        new JobLimits(renewed, job.limits().scratchBytes()), job.mayBeFrozen(), job.pause()));
            case Ticked(long now) -> now >= job.limits().leaseEndsMillis() ? stepIn(job) : stay(job);
            case JobSeen(long used, boolean isPaused) -> whileJobRuns(job, used, isPaused);
            case Watched _, FreezeBegun _, PauseBegun _, PauseEnded _, JobBegun _ -> stay(job);
            case AgentDone _ -> stay(new Ended());
            case PipeClosed _ -> stepIn(job);
        };
    }

    private static Decision whileJobRuns(JobRunning job, long used, boolean isPaused) {
        GuestPause pause = job.pause().after(used, isPaused);
        JobRunning seen = new JobRunning(job.limits(), job.mayBeFrozen(), pause);
        boolean isPausedByUs = isPaused && pause != GuestPause.NOT_OURS;
        return isPausedByUs || used >= job.limits().scratchBytes() ? stepIn(seen) : stay(seen);
    }

    private static Decision stepIn(Frozen frozen) {
        return stepIn(true, frozen.pause());
    }

    private static Decision stepIn(JobRunning job) {
        return stepIn(job.mayBeFrozen(), job.pause());
    }

    private static Decision stepIn(boolean mayBeFrozen, GuestPause pause) {
        List<GuardAction> actions = new ArrayList<>();
        if (mayBeFrozen) {
            actions.add(GuardAction.THAW);
        }
        actions.add(GuardAction.ABORT_OUR_JOB);
        if (pause != GuestPause.NOT_OURS) {
            actions.add(GuardAction.RESUME_IF_PAUSED_FOR_SPACE);
        }
        return new Decision(new Ended(), List.copyOf(actions));
    }

    private static Decision stay(GuardState state) {
        return new Decision(state, List.of());
    }
}
