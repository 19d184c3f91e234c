package io.tidemark.agent.snapshot;

import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Snapshots that the hypervisor takes of a domain's disks: overlays whether it runs or not, and of one that runs
/// internal ones and QEMU's copy before write. The latter end with their QEMU and with a revert to them. Failures
/// are [SnapshotException] or of the [io.tidemark.agent.backup.HypervisorException] family. What changes something
/// may be called again after it was cut off at any moment, and then ends as if it had not been.
public interface DomainSnapshots {
    /// Those that are taken here and not by the storage, for a domain that runs or not.
    Set<SnapshotMechanism> mechanisms(boolean isRunning);

    /// What the disk lacks for a snapshot of the mechanism now: "expected ..., found ...". Empty if nothing.
    Optional<String> whyNot(DomainUuid domain, Volume volume, SnapshotMechanism mechanism);

    /// What a snapshot of that name would be, as [VolumeSnapshots#plan].
    SnapshotMember plan(DomainUuid domain, Volume volume, SnapshotMechanism mechanism, SnapshotName name);

    /// Takes all members at one moment of the guest, or none.
    ///
    /// @param memory whether the guest's memory goes with it; `mechanism-unavailable` where it cannot
    void take(DomainUuid domain, SnapshotName name, List<SnapshotMember> members, boolean memory);

    /// The disk's snapshots of these mechanisms, whoever made them.
    List<SnapshotReport> list(DomainUuid domain, Volume volume);

    /// Has the disks hold what they held; the snapshot stays, but one by copy before write. With its memory the
    /// guest runs on from that moment; else the domain must be off, by [#stop].
    void revert(DomainUuid domain, SnapshotName name, List<SnapshotMember> members, boolean memory);

    /// Gives the members up; overlays are merged into the file below. The guest may run on meanwhile.
    /// `snapshot-needed` where a revert to them was begun and has not ended.
    void delete(DomainUuid domain, SnapshotName name, List<SnapshotMember> members, boolean memory);

    /// Has the vCPUs stand still; returns when every write that was under way is in its file, or on its device.
    void pause(DomainUuid domain);

    /// Stops a guest as if its power were cut. One that is off is left so.
    ///
    /// @param reverted what is to be reverted to then: what of it would end with the guest is kept for that, or
    ///     `snapshot-changed` and the guest is left as it is
    void stop(DomainUuid domain, List<SnapshotMember> reverted);

    /// Starts a domain that is off. One that runs is left so.
    void start(DomainUuid domain);
}
