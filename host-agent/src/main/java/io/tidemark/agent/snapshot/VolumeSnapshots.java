package io.tidemark.agent.snapshot;

import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.List;
import java.util.Optional;

/// One mechanism of the storage by which a volume can have snapshots, without the hypervisor. Each failure is a
/// [SnapshotException]. What changes something may be called again after it was cut off at any moment, and then
/// ends as if it had not been.
public interface VolumeSnapshots {
    SnapshotMechanism mechanism();

    /// What the volume or its host lacks for a snapshot now, as a full sentence part: "expected ..., found ...".
    /// Empty if nothing is missing.
    Optional<String> whyNot(Volume volume);

    /// What a snapshot of that name would be, after every check that can be made before: nothing is changed.
    /// `name-taken`, naming the volume that has it, `name-unfit`, `no-space`, `mechanism-unavailable`,
    /// `volume-in-use`.
    SnapshotMember plan(Volume volume, SnapshotName name);

    /// Takes the snapshot that was planned. The moment lies within the call; the caller sees to it that nobody
    /// writes meanwhile. Two members with the same mechanism and the same new file are one snapshot, which is
    /// taken once.
    void take(Volume volume, SnapshotMember planned);

    /// All that are there, whoever made them, in the order in which they were taken as far as the storage tells.
    /// Of a volume that can have snapshots, which may be in use.
    List<SnapshotReport> list(Volume volume);

    /// Has the volume hold again what it held when the snapshot was taken; the snapshot stays.
    /// `snapshot-changed` if it is not there any more, `snapshot-needed` if newer ones would be lost,
    /// `volume-in-use`.
    void revert(Volume volume, SnapshotMember member);

    /// Gives the snapshot up; the volume keeps what it holds. Absent is deleted. `snapshot-needed` if something
    /// else hangs on it.
    void delete(Volume volume, SnapshotMember member);
}
