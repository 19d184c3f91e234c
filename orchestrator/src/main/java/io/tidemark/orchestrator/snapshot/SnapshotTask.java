package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.query.Asker;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One thing that is done with a snapshot, and how it goes.
///
/// @param force of a revert: a VM that runs may be stopped
/// @param asker the client that gets a reply; null for a person
/// @param host to which it was sent last; null while it was not
/// @param detail what the host said of a failure
public record SnapshotTask(
        TaskId id,
        SnapshotId snapshot,
        SnapshotAction action,
        boolean force,
        @Nullable Asker asker,
        @Nullable HostId host,
        SnapshotTaskState state,
        @Nullable String detail,
        Times times) {
    /// When it was asked for, must end, and has ended.
    ///
    /// @param endedAt null while it is open
    public record Times(
            Instant createdAt, Instant deadlineAt, @Nullable Instant endedAt) {}

    /// The same in another state; the first terminal one ends it.
    SnapshotTask in(SnapshotTaskState next, Instant now) {
        boolean ends = next.isTerminal() && times.endedAt() == null;
        Times then = ends ? new Times(times.createdAt(), times.deadlineAt(), now) : times;
        return new SnapshotTask(id, snapshot, action, force, asker, host, next, detail, then);
    }

    SnapshotTask at(HostId sentTo) {
        return new SnapshotTask(id, snapshot, action, force, asker, sentTo, state, detail, times);
    }

    SnapshotTask withDetail(@Nullable String said) {
        return new SnapshotTask(id, snapshot, action, force, asker, host, state, said, times);
    }
}
