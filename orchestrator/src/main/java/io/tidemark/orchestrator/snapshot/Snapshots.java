package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.query.Asker;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where snapshots and their tasks are kept. Every call joins the caller's transaction. The VM is locked before its
/// snapshot, and the snapshot before its tasks.
public interface Snapshots {
    void add(Snapshot snapshot);

    void add(SnapshotTask task);

    /// Replaces the row of one that is locked.
    void update(Snapshot snapshot);

    void update(SnapshotTask task);

    Optional<Snapshot> byId(SnapshotId id);

    /// What has to be locked before it is looked at; read without keeping it.
    Optional<Place> place(SnapshotId id);

    /// The row, locked until the transaction ends.
    Optional<Snapshot> lock(SnapshotId id);

    /// Those of the VM, the newest first.
    List<Snapshot> of(VmId vm);

    /// Those of volumes of the host that no VM has, the newest first.
    List<Snapshot> withoutVmOn(HostId host);

    /// What is, or may be, on hosts of those that the policy wanted, the newest first.
    List<Snapshot> of(PolicyId policy);

    /// The newest first, at most `limit`.
    ///
    /// @param ended whether those that are deleted or never were taken are among them
    List<Snapshot> recent(int limit, boolean ended);

    Optional<SnapshotTask> task(TaskId task);

    /// All of the snapshot, oldest first.
    List<SnapshotTask> tasks(SnapshotId snapshot);

    /// Those that have not ended, oldest first.
    List<Named> open();

    /// The same, of what was sent to the host last.
    List<Named> openOn(HostId host);

    Optional<Named> named(TaskId task);

    Optional<Named> byAttempt(Attempt attempt);

    Optional<SnapshotTask> byAsker(Asker asker);

    /// Keeps why a client's request was not taken.
    void refuse(Asker asker, RequestFailed refusal, Instant at);

    Optional<RequestFailed> refusal(Asker asker);

    /// Whose a snapshot is.
    ///
    /// @param vm null for volumes that no VM has
    record Place(@Nullable VmId vm) {}

    /// What has to be locked before a task is looked at; read without keeping it.
    record Named(TaskId task, SnapshotId snapshot, @Nullable VmId vm) {}
}
