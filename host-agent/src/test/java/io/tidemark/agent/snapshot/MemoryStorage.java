package io.tidemark.agent.snapshot;

import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.List;
import java.util.Optional;

/// A mechanism of the storage in memory.
final class MemoryStorage implements VolumeSnapshots {
    private final SnapshotMechanism mechanism;
    private final MemoryVolumes volumes;
    private final String prefix;

    /// @param prefix of the paths that it is for
    MemoryStorage(SnapshotMechanism mechanism, MemoryVolumes volumes, String prefix) {
        this.mechanism = mechanism;
        this.volumes = volumes;
        this.prefix = prefix;
    }

    @Override
    public SnapshotMechanism mechanism() {
        return mechanism;
    }

    @Override
    public Optional<String> whyNot(Volume volume) {
        return volume.path().toString().contains(prefix)
                ? Optional.empty()
                : Optional.of("expected a path with " + prefix + ", found " + volume.path());
    }

    @Override
    public SnapshotMember plan(Volume volume, SnapshotName name) {
        if (volumes.isThere(volume.path().toString(), name.value())) {
            throw new SnapshotException(
                    FailureReason.NAME_TAKEN, volume + ": expected no snapshot " + name + ", found one");
        }
        return new SnapshotMember(
                volume.target(), volume.path().toString(), mechanism, name.value(), null, "all of " + mechanism);
    }

    @Override
    public void take(Volume volume, SnapshotMember planned) {
        volumes.act("take " + volume.path().getFileName());
        volumes.take(planned);
    }

    @Override
    public List<SnapshotReport> list(Volume volume) {
        return volumes.names(volume.path().toString(), mechanism).stream()
                .map(name -> new SnapshotReport(mechanism, name, null, null, null, List.of()))
                .toList();
    }

    @Override
    public void revert(Volume volume, SnapshotMember member) {
        volumes.act("revert " + volume.path().getFileName());
        volumes.revert(member);
    }

    @Override
    public void delete(Volume volume, SnapshotMember member) {
        volumes.act("delete " + volume.path().getFileName());
        volumes.delete(member);
    }
}
