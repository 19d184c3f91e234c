package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.snapshot.SnapshotTaskDecision.Ignored;
import io.tidemark.orchestrator.snapshot.SnapshotTaskDecision.Moved;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.EndEpochs;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.MoveSnapshot;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.PublishEnd;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.SendCancel;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.SendCommand;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.TellAsker;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.CancelAsked;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.Done;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.HostReady;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.Refused;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.SentInVain;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.TimedOut;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Dispatched;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.DoneLate;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Failed;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Succeeded;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Waiting;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import java.util.ArrayList;
import java.util.List;

/// The state machine of what is done with a snapshot. Pure: no clock, no I/O, no randomness.
///
/// What a host has done is believed whenever it is heard: a snapshot that was taken after its task was given up is
/// listed all the same, and one that was deleted is gone. A revert ends the epochs of its volumes as it is sent,
/// and once more as it ends, since a backup before it in the VM's order may have begun new ones meanwhile.
final class SnapshotTaskDecider {
    private SnapshotTaskDecider() {}

    /// What `event` makes of a task of that action that stands in `state`.
    static SnapshotTaskDecision decide(SnapshotAction action, SnapshotTaskState state, SnapshotTaskEvent event) {
        if (event instanceof Done) {
            return done(action, state);
        }
        if (!event.attempt().equals(state.attempt())) {
            return new Ignored("event of another attempt");
        }
        return switch (state) {
            case Waiting waiting -> whileWaiting(action, waiting, event);
            case Dispatched _ -> whileDispatched(action, event);
            case Succeeded _, Failed _, DoneLate _ -> new Ignored("the task has ended");
        };
    }

    private static SnapshotTaskDecision done(SnapshotAction action, SnapshotTaskState state) {
        return switch (state) {
            case Waiting(Attempt attempt, boolean _) ->
                succeeded(action, attempt); // an earlier sending was not in vain
            case Dispatched(Attempt attempt) -> succeeded(action, attempt);
            case Failed(Attempt attempt, FailureReason reason) ->
                new Moved(new DoneLate(attempt, reason), afterDoneLate(action));
            case Succeeded _, DoneLate _ -> new Ignored("the task is done");
        };
    }

    private static SnapshotTaskDecision whileWaiting(SnapshotAction action, Waiting waiting, SnapshotTaskEvent event) {
        return switch (event) {
            case HostReady(Attempt attempt) -> {
                List<SnapshotTaskEffect> effects = new ArrayList<>();
                if (action == SnapshotAction.REVERT) {
                    effects.add(new EndEpochs());
                }
                effects.add(new SendCommand(attempt));
                yield new Moved(new Dispatched(attempt), effects);
            }
            case TimedOut(Attempt attempt) ->
                new Moved(new Failed(attempt, FailureReason.HOST_UNREACHABLE), afterFailure(action, waiting.wasSent()));
            case CancelAsked(Attempt attempt) ->
                new Moved(new Failed(attempt, FailureReason.CANCELLED), afterFailure(action, waiting.wasSent()));
            case Refused _, SentInVain _ -> new Ignored("this sending has not left yet");
            case Done _ -> throw new IllegalStateException("decided before");
        };
    }

    private static SnapshotTaskDecision whileDispatched(SnapshotAction action, SnapshotTaskEvent event) {
        return switch (event) {
            case HostReady _ -> new Ignored("the command was already sent");
            case Refused(Attempt attempt, FailureReason reason) ->
                new Moved(new Failed(attempt, reason), afterFailure(action, true));
            case SentInVain(Attempt _, Attempt next) -> new Moved(new Waiting(next, true), List.of());
            case CancelAsked(Attempt attempt) -> // what became of it is the host's to say
                new Moved(new Dispatched(attempt), List.of(new SendCancel(attempt)));
            case TimedOut(Attempt attempt) -> {
                List<SnapshotTaskEffect> effects = afterFailure(action, true);
                effects.addFirst(new SendCancel(attempt));
                yield new Moved(new Failed(attempt, FailureReason.TIMED_OUT), effects);
            }
            case Done _ -> throw new IllegalStateException("decided before");
        };
    }

    private static SnapshotTaskDecision succeeded(SnapshotAction action, Attempt attempt) {
        List<SnapshotTaskEffect> effects = afterDone(action);
        effects.add(new PublishEnd());
        effects.add(new TellAsker());
        return new Moved(new Succeeded(attempt), effects);
    }

    private static List<SnapshotTaskEffect> afterDone(SnapshotAction action) {
        return switch (action) {
            case CREATE -> list(new MoveSnapshot(SnapshotState.PRESENT));
            case REVERT -> list(new EndEpochs(), new MoveSnapshot(SnapshotState.PRESENT));
            case DELETE -> list(new MoveSnapshot(SnapshotState.DELETED));
        };
    }

    /// What was told before is put right. Another task may be under way by now, so that of a revert the snapshot
    /// stays where that has brought it.
    private static List<SnapshotTaskEffect> afterDoneLate(SnapshotAction action) {
        List<SnapshotTaskEffect> effects = action == SnapshotAction.REVERT ? list(new EndEpochs()) : afterDone(action);
        effects.add(new PublishEnd());
        return effects;
    }

    /// A revert may have stopped half-way, and a delete too: what is left of the snapshot is still listed.
    private static List<SnapshotTaskEffect> afterFailure(SnapshotAction action, boolean wasSent) {
        List<SnapshotTaskEffect> effects = new ArrayList<>();
        if (action == SnapshotAction.REVERT && wasSent) {
            effects.add(new EndEpochs());
        }
        effects.add(new MoveSnapshot(action == SnapshotAction.CREATE ? SnapshotState.FAILED : SnapshotState.PRESENT));
        effects.add(new PublishEnd());
        effects.add(new TellAsker());
        return effects;
    }

    private static List<SnapshotTaskEffect> list(SnapshotTaskEffect... effects) {
        return new ArrayList<>(List.of(effects));
    }
}
