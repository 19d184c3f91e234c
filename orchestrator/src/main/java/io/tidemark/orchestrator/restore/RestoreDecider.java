package io.tidemark.orchestrator.restore;

import io.tidemark.orchestrator.restore.RestoreDecision.Ignored;
import io.tidemark.orchestrator.restore.RestoreDecision.Moved;
import io.tidemark.orchestrator.restore.RestoreEffect.PublishEnd;
import io.tidemark.orchestrator.restore.RestoreEffect.SendCancel;
import io.tidemark.orchestrator.restore.RestoreEffect.SendStart;
import io.tidemark.orchestrator.restore.RestoreEvent.AgentRestarted;
import io.tidemark.orchestrator.restore.RestoreEvent.CancelRequested;
import io.tidemark.orchestrator.restore.RestoreEvent.Completed;
import io.tidemark.orchestrator.restore.RestoreEvent.HostReady;
import io.tidemark.orchestrator.restore.RestoreEvent.Progressed;
import io.tidemark.orchestrator.restore.RestoreEvent.Refused;
import io.tidemark.orchestrator.restore.RestoreEvent.Started;
import io.tidemark.orchestrator.restore.RestoreEvent.TimedOut;
import io.tidemark.orchestrator.restore.RestoreState.Cancelling;
import io.tidemark.orchestrator.restore.RestoreState.Dispatched;
import io.tidemark.orchestrator.restore.RestoreState.Failed;
import io.tidemark.orchestrator.restore.RestoreState.Succeeded;
import io.tidemark.orchestrator.restore.RestoreState.Waiting;
import io.tidemark.orchestrator.restore.RestoreState.Writing;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.util.List;

/// The restore state machine. Pure: no clock, no I/O, no randomness.
///
/// A restore is sent once. It writes new images only, so one that an agent's restart has cut off is ended and asked
/// for again by a person; nothing that was there before has been touched.
final class RestoreDecider {
    private RestoreDecider() {}

    /// What `event` makes of a restore that stands in `state`.
    static RestoreDecision decide(RestoreState state, RestoreEvent event) {
        if (!event.attempt().equals(state.attempt())) {
            return new Ignored("event of another attempt");
        }
        return switch (state) {
            case Waiting _ -> whileWaiting(event);
            case Dispatched _ -> whileDispatched(event);
            case Writing restore -> whileWriting(restore, event);
            case Cancelling _ -> whileCancelling(event);
            case Succeeded _, Failed _ -> new Ignored("the restore has ended");
        };
    }

    private static RestoreDecision whileWaiting(RestoreEvent event) {
        return switch (event) {
            case HostReady(Attempt attempt) -> new Moved(new Dispatched(attempt), List.of(new SendStart(attempt)));
            case CancelRequested(Attempt attempt) -> failed(attempt, FailureReason.CANCELLED);
            case TimedOut(Attempt attempt) -> failed(attempt, FailureReason.HOST_UNREACHABLE);
            case Started _, Progressed _, Completed _, Refused _, AgentRestarted _ ->
                new Ignored("nothing was sent yet");
        };
    }

    private static RestoreDecision whileDispatched(RestoreEvent event) {
        return switch (event) {
            case HostReady _ -> new Ignored("the command was already sent");
            case Started(Attempt attempt) -> moved(new Writing(attempt, 0));
            case Progressed(Attempt attempt, long bytes) -> moved(new Writing(attempt, bytes)); // overtook Started
            case Completed(Attempt attempt, long bytes) -> succeeded(attempt, bytes);
            case Refused(Attempt attempt, FailureReason reason) -> failed(attempt, reason);
            case AgentRestarted(Attempt attempt) -> failed(attempt, FailureReason.AGENT_RESTARTED);
            case CancelRequested(Attempt attempt) -> cancelling(attempt);
            case TimedOut(Attempt attempt) -> timedOut(attempt);
        };
    }

    private static RestoreDecision whileWriting(Writing restore, RestoreEvent event) {
        return switch (event) {
            case HostReady _ -> new Ignored("the command was already sent");
            case Started _ -> new Ignored("the host already writes");
            case Progressed(Attempt attempt, long bytes) ->
                bytes > restore.bytesWritten() ? moved(new Writing(attempt, bytes)) : new Ignored("stale progress");
            case Completed(Attempt attempt, long bytes) -> succeeded(attempt, bytes);
            case Refused(Attempt attempt, FailureReason reason) -> failed(attempt, reason);
            case AgentRestarted(Attempt attempt) -> failed(attempt, FailureReason.AGENT_RESTARTED);
            case CancelRequested(Attempt attempt) -> cancelling(attempt);
            case TimedOut(Attempt attempt) -> timedOut(attempt);
        };
    }

    /// A cancel that nobody answers still ends by the deadline; images that were whole before it are a success.
    private static RestoreDecision whileCancelling(RestoreEvent event) {
        return switch (event) {
            case HostReady _, Started _, Progressed _ -> new Ignored("the restore is being cancelled");
            case CancelRequested _ -> new Ignored("the cancel was already sent");
            case Completed(Attempt attempt, long bytes) -> succeeded(attempt, bytes);
            case Refused(Attempt attempt, FailureReason _) -> failed(attempt, FailureReason.CANCELLED);
            case AgentRestarted(Attempt attempt) -> failed(attempt, FailureReason.CANCELLED);
            case TimedOut(Attempt attempt) -> failed(attempt, FailureReason.CANCELLED);
        };
    }

    private static RestoreDecision moved(RestoreState state) {
        return new Moved(state, List.of());
    }

    private static RestoreDecision cancelling(Attempt attempt) {
        return new Moved(new Cancelling(attempt), List.of(new SendCancel(attempt)));
    }

    private static RestoreDecision succeeded(Attempt attempt, long bytesWritten) {
        return new Moved(new Succeeded(attempt, bytesWritten), List.of(new PublishEnd()));
    }

    private static RestoreDecision failed(Attempt attempt, FailureReason reason) {
        return new Moved(new Failed(attempt, reason), List.of(new PublishEnd()));
    }

    /// The host may still write, so it is told to stop.
    private static RestoreDecision timedOut(Attempt attempt) {
        return new Moved(
                new Failed(attempt, FailureReason.TIMED_OUT), List.of(new SendCancel(attempt), new PublishEnd()));
    }
}
