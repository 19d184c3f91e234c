package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Dispatched;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.DoneLate;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Failed;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Succeeded;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Waiting;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.request.ClientReply;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import io.tidemark.schemas.request.ClientReply.SnapshotSucceeded;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.util.Objects;
import java.util.Optional;

/// The one terminal reply to a client that asked for something to be done with a snapshot.
final class SnapshotReply {
    private SnapshotReply() {}

    /// Empty while the task is open. One that was done late stays failed for the client that was told so.
    static Optional<ClientReply> of(Snapshot snapshot, SnapshotTask task) {
        return switch (task.state()) {
            case Waiting _, Dispatched _ -> Optional.empty();
            case Succeeded _ -> Optional.of(succeeded(snapshot, task));
            case Failed(Attempt _, FailureReason reason) -> Optional.of(failed(task, reason));
            case DoneLate(Attempt _, FailureReason reason) -> Optional.of(failed(task, reason));
        };
    }

    private static ClientReply succeeded(Snapshot snapshot, SnapshotTask task) {
        Taken taken = Objects.requireNonNull(snapshot.taken());
        return new SnapshotSucceeded(
                snapshot.id(),
                task.action(),
                Objects.requireNonNull(snapshot.vm()),
                taken.takenAt(),
                SnapshotMessages.stated(taken.members()));
    }

    private static ClientReply failed(SnapshotTask task, FailureReason reason) {
        String detail = Objects.requireNonNullElse(
                task.detail(),
                task.action().code() + " of snapshot " + task.snapshot() + ": ended with " + reason.code());
        return new RequestFailed(reason, detail);
    }
}
