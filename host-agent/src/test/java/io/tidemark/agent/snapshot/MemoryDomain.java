package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.ScriptedDomain;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Overlays of one domain in memory, of images whose path names qcow2.
final class MemoryDomain implements DomainSnapshots {
    private final ScriptedDomain domain;
    private final MemoryVolumes volumes;

    MemoryDomain(ScriptedDomain domain, MemoryVolumes volumes) {
        this.domain = domain;
        this.volumes = volumes;
    }

    @Override
    public Set<SnapshotMechanism> mechanisms(boolean isRunning) {
        return Set.of(SnapshotMechanism.QCOW2_OVERLAY);
    }

    @Override
    public Optional<String> whyNot(DomainUuid uuid, Volume volume, SnapshotMechanism mechanism) {
        return volume.path().toString().contains("qcow2")
                ? Optional.empty()
                : Optional.of("expected a qcow2 image, found " + volume.path());
    }

    @Override
    public SnapshotMember plan(DomainUuid uuid, Volume volume, SnapshotMechanism mechanism, SnapshotName name) {
        String path = volume.path().toString();
        if (volumes.isThere(path, name.value())) {
            throw new SnapshotException(
                    FailureReason.NAME_TAKEN, volume + ": expected no overlay " + name + ", found one");
        }
        return new SnapshotMember(volume.target(), path, mechanism, name.value(), path + "." + name, "of " + path);
    }

    @Override
    public void take(DomainUuid uuid, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        volumes.act("overlays " + members.stream().map(SnapshotMember::target).toList());
        members.forEach(volumes::take);
        members.forEach(member -> lie(member, String.valueOf(member.newFile())));
    }

    @Override
    public List<SnapshotReport> list(DomainUuid uuid, Volume volume) {
        return volumes.names(volume.path().toString(), SnapshotMechanism.QCOW2_OVERLAY).stream()
                .map(name -> new SnapshotReport(SnapshotMechanism.QCOW2_OVERLAY, name, null, null, null, List.of()))
                .toList();
    }

    @Override
    public void revert(DomainUuid uuid, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        volumes.act("revert overlays");
        members.forEach(volumes::revert);
    }

    @Override
    public void delete(DomainUuid uuid, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        volumes.act("merge overlays");
        members.forEach(volumes::delete);
        members.forEach(member -> lie(member, member.volume()));
    }

    /// The disk stands on that file from now on.
    private void lie(SnapshotMember member, String file) {
        domain.lie(String.valueOf(member.target()), Path.of(file));
    }

    @Override
    public void pause(DomainUuid uuid) {
        volumes.act("pause");
        domain.turn(VmState.PAUSED);
    }

    @Override
    public void stop(DomainUuid uuid, List<SnapshotMember> reverted) {
        volumes.act("stop");
        domain.turn(VmState.OFF);
    }

    @Override
    public void start(DomainUuid uuid) {
        volumes.act("start");
        domain.turn(VmState.RUNNING);
    }
}
