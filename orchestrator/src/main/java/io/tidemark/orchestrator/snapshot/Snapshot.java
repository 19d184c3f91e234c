package io.tidemark.orchestrator.snapshot;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One snapshot of a VM, or of volumes that no VM has.
///
/// @param vm null for volumes that no VM has
/// @param host the host that was asked last; null while none was
/// @param taken null until its host has told that it took it
public record Snapshot(
        SnapshotId id,
        @Nullable VmId vm,
        @Nullable HostId host,
        SnapshotOrder order,
        SnapshotState state,
        @Nullable Taken taken,
        Instant createdAt) {
    /// Its volumes as they lie on the host; none before it was taken.
    public List<SnapshotMember> members() {
        return taken == null ? List.of() : taken.members();
    }

    /// The same where a task has brought it. One that is deleted stays so: what is heard late brings nothing back.
    Snapshot in(SnapshotState next) {
        return state == SnapshotState.DELETED ? this : new Snapshot(id, vm, host, order, next, taken, createdAt);
    }

    /// The same as its host took it.
    Snapshot with(Taken found) {
        return new Snapshot(id, vm, host, order, state, found, createdAt);
    }

    /// The same at the host that is asked now.
    Snapshot at(HostId asked) {
        return new Snapshot(id, vm, asked, order, state, taken, createdAt);
    }
}
