package io.tidemark.orchestrator.task;

import io.tidemark.orchestrator.task.TaskDecision.Ignored;
import io.tidemark.orchestrator.task.TaskDecision.Kept;
import io.tidemark.orchestrator.task.TaskDecision.Moved;
import io.tidemark.orchestrator.task.TaskEffect.ListRestorePoint;
import io.tidemark.orchestrator.task.TaskEffect.ScheduleTimeout;
import io.tidemark.orchestrator.task.TaskEffect.SendCancel;
import io.tidemark.orchestrator.task.TaskEffect.SendStart;
import io.tidemark.orchestrator.task.TaskEvent.Admitted;
import io.tidemark.orchestrator.task.TaskEvent.BackupCompleted;
import io.tidemark.orchestrator.task.TaskEvent.BackupFailed;
import io.tidemark.orchestrator.task.TaskEvent.BackupStarted;
import io.tidemark.orchestrator.task.TaskEvent.CancelRequested;
import io.tidemark.orchestrator.task.TaskEvent.CommandRefused;
import io.tidemark.orchestrator.task.TaskEvent.Progressed;
import io.tidemark.orchestrator.task.TaskEvent.TimedOut;
import io.tidemark.orchestrator.task.TaskState.Cancelled;
import io.tidemark.orchestrator.task.TaskState.Cancelling;
import io.tidemark.orchestrator.task.TaskState.Copying;
import io.tidemark.orchestrator.task.TaskState.Dispatched;
import io.tidemark.orchestrator.task.TaskState.Failed;
import io.tidemark.orchestrator.task.TaskState.Queued;
import io.tidemark.orchestrator.task.TaskState.Succeeded;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The task state machine. Pure: no clock, no I/O, no randomness.
public final class TaskDecider {
    /// Sendings of one task, the first one counted.
    static final int TRIES_MAX = 3;

    /// Failures that say nothing against the next attempt: the agent was restarted or heard of a session that has
    /// ended, the domain ran somebody's job, libvirt was away, the VM is on another host by now, or data that was
    /// taken over from another point was collected, and the next attempt proves anew what it takes over.
    private static final Set<FailureReason> PASSING = EnumSet.of(
            FailureReason.AGENT_RESTARTED,
            FailureReason.SESSION_NOT_GRANTED,
            FailureReason.DOMAIN_BUSY,
            FailureReason.HYPERVISOR_UNAVAILABLE,
            FailureReason.VM_MOVED,
            FailureReason.COLLECTED_MEANWHILE);

    private TaskDecider() {}

    /// What `event` makes of a task that stands in `state`.
    public static TaskDecision decide(TaskState state, TaskEvent event) {
        if (event instanceof BackupCompleted done && !isWaitingFor(state, done)) {
            return new Kept(state, List.of(new ListRestorePoint(done.point()))); // the repository has decided
        }
        if (state instanceof Queued task && event instanceof Admitted admitted) {
            return whileQueued(task, admitted);
        }
        if (!event.attempt().equals(state.attempt())) {
            return new Ignored("event of another attempt");
        }
        return switch (state) {
            case Queued task -> whileQueued(task, event);
            case Dispatched task -> whileDispatched(task, event);
            case Copying task -> whileCopying(task, event);
            case Cancelling task -> whileCancelling(task, event);
            case Succeeded _, Failed _, Cancelled _ -> new Ignored("the task has ended");
        };
    }

    private static boolean isWaitingFor(TaskState state, BackupCompleted done) {
        return switch (state) {
            case Dispatched(Attempt attempt, RestorePointId point, int _) -> isOf(done, attempt, point);
            case Copying(Attempt attempt, RestorePointId point, int _, long _) -> isOf(done, attempt, point);
            case Cancelling(Attempt attempt, RestorePointId point) -> isOf(done, attempt, point);
            case Queued _, Succeeded _, Failed _, Cancelled _ -> false;
        };
    }

    private static boolean isOf(BackupCompleted done, Attempt attempt, RestorePointId point) {
        return done.attempt().equals(attempt) && done.point().equals(point);
    }

    private static TaskDecision whileQueued(Queued task, TaskEvent event) {
        return switch (event) {
            case Admitted(Attempt attempt, RestorePointId point) ->
                attempt.compareTo(task.attempt()) > 0
                        ? new Moved(
                                new Dispatched(attempt, point, task.tries() + 1),
                                List.of(new SendStart(attempt, point), new ScheduleTimeout(attempt)))
                        : new Ignored("the attempt is not a new one");
            case CancelRequested _ -> moved(new Cancelled(task.attempt()));
            case TimedOut _ -> moved(new Failed(task.attempt(), FailureReason.TIMED_OUT));
            case BackupStarted _, Progressed _, BackupCompleted _, BackupFailed _, CommandRefused _ ->
                new Ignored("no answer is awaited");
        };
    }

    private static TaskDecision whileDispatched(Dispatched task, TaskEvent event) {
        return switch (event) {
            case Admitted _ -> new Ignored("the task was already admitted");
            case BackupStarted(Attempt attempt) -> moved(new Copying(attempt, task.point(), task.tries(), 0));
            case Progressed(Attempt attempt, long bytes)
            when bytes >= 0 -> moved(new Copying(attempt, task.point(), task.tries(), bytes)); // overtook BackupStarted
            case Progressed _ -> new Ignored("progress below zero");
            case BackupCompleted done -> succeeded(done);
            case BackupFailed(Attempt attempt, FailureReason reason) -> failed(attempt, task.tries(), reason);
            case CommandRefused(Attempt attempt, FailureReason reason) -> failed(attempt, task.tries(), reason);
            case CancelRequested _ -> cancelling(task.attempt(), task.point());
            case TimedOut _ -> timedOut(task.attempt());
        };
    }

    private static TaskDecision whileCopying(Copying task, TaskEvent event) {
        return switch (event) {
            case Admitted _ -> new Ignored("the task was already admitted");
            case BackupStarted _ -> new Ignored("the copy already runs");
            case Progressed(Attempt attempt, long bytes) ->
                bytes > task.bytesCopied()
                        ? moved(new Copying(attempt, task.point(), task.tries(), bytes))
                        : new Ignored("stale progress");
            case BackupCompleted done -> succeeded(done);
            case BackupFailed(Attempt attempt, FailureReason reason) -> failed(attempt, task.tries(), reason);
            case CommandRefused _ -> new Ignored("the copy already runs");
            case CancelRequested _ -> cancelling(task.attempt(), task.point());
            case TimedOut _ -> timedOut(task.attempt());
        };
    }

    /// A cancel that nobody answers still ends by the deadline; a commit that won the race is a success.
    private static TaskDecision whileCancelling(Cancelling task, TaskEvent event) {
        return switch (event) {
            case Admitted _, BackupStarted _, Progressed _ -> new Ignored("the task is being cancelled");
            case CancelRequested _ -> new Ignored("the cancel was already sent");
            case BackupCompleted done -> succeeded(done);
            case BackupFailed _, CommandRefused _, TimedOut _ -> moved(new Cancelled(task.attempt()));
        };
    }

    /// What may go well another time is sent again, as a new attempt; the deadline ends a task that waits for it.
    private static TaskDecision failed(Attempt attempt, int tries, FailureReason reason) {
        boolean isTriedAgain = PASSING.contains(reason) && tries < TRIES_MAX;
        return moved(isTriedAgain ? new Queued(attempt, tries) : new Failed(attempt, reason));
    }

    private static TaskDecision moved(TaskState state) {
        return new Moved(state, List.of());
    }

    private static TaskDecision succeeded(BackupCompleted done) {
        return new Moved(new Succeeded(done.attempt(), done.point()), List.of(new ListRestorePoint(done.point())));
    }

    private static TaskDecision cancelling(Attempt attempt, RestorePointId point) {
        return new Moved(new Cancelling(attempt, point), List.of(new SendCancel(attempt)));
    }

    /// The host may still copy, so it is told to stop; should the commit win, its point is listed all the same.
    private static TaskDecision timedOut(Attempt attempt) {
        return new Moved(new Failed(attempt, FailureReason.TIMED_OUT), List.of(new SendCancel(attempt)));
    }
}
