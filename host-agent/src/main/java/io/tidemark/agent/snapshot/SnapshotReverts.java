package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.schemas.command.AgentCommand.RevertSnapshot;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Has volumes hold again what they held when a snapshot was taken. All that can be known to stand in the way is
/// looked for before anything is done.
final class SnapshotReverts {
    private static final Logger LOG = Logger.getLogger(SnapshotReverts.class);

    private final SnapshotPorts ports;
    private final Mechanisms mechanisms;
    private final Volumes volumes;
    private final SnapshotRecords records;

    SnapshotReverts(SnapshotPorts ports, Mechanisms mechanisms, Volumes volumes, SnapshotRecords records) {
        this.ports = ports;
        this.mechanisms = mechanisms;
        this.volumes = volumes;
        this.records = records;
    }

    /// Ends the revert, from its begin or from where the record says that it was cut off.
    void revert(RevertSnapshot command, @Nullable DomainView domain) {
        TaskId task = command.task();
        Optional<SnapshotRecord> begun = records.kept(task.value());
        SnapshotRecord record = begun.orElseGet(() -> begin(command, domain));
        if (!record.members().isEmpty()) {
            putBack(command, domain, record);
            records.keep(task.value(), record.putBack());
        }
        if (domain != null && record.wasRunning()) {
            ports.domains().start(domain.uuid());
        }
    }

    private SnapshotRecord begin(RevertSnapshot command, @Nullable DomainView domain) {
        if (domain != null) {
            requireStoppable(command, domain);
            requireNoneOfOthers(command, domain);
        }
        command.members().forEach(member -> requireOnTop(command, domain, member));
        SnapshotRecord record = new SnapshotRecord(
                SnapshotAction.REVERT,
                command.domain(),
                new SnapshotName(command.members().getFirst().storageName()),
                command.memory(),
                command.members(),
                domain != null && domain.state() != VmState.OFF,
                null);
        records.keep(command.task().value(), record);
        return record;
    }

    private static void requireStoppable(RevertSnapshot command, DomainView domain) {
        if (domain.state() != VmState.OFF && !command.force()) {
            throw new SnapshotException(
                    FailureReason.VM_RUNS,
                    "domain " + domain.name() + ": expected it off, as a revert puts other bytes under it, found it "
                            + domain.state().code() + "; force stops it, reverts and starts it again");
        }
    }

    private void requireNoneOfOthers(RevertSnapshot command, DomainView domain) {
        List<String> foreign = ports.hypervisor().checkpoints(domain.uuid()).stream()
                .filter(name -> !name.startsWith(BackupOrder.MARK))
                .toList();
        if (!foreign.isEmpty() && !command.force()) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_NEEDED,
                    "domain " + domain.name() + ": expected no checkpoints of others, whose bitmaps a revert makes"
                            + " worthless, found " + foreign);
        }
    }

    /// Other bytes below an image that stands on them would make both worthless.
    private void requireOnTop(RevertSnapshot command, @Nullable DomainView domain, SnapshotMember member) {
        String target = member.target();
        boolean isOverlay = member.mechanism() == SnapshotMechanism.QCOW2_OVERLAY;
        if (domain == null || target == null) {
            requireNoOverlays(member, isOverlay);
            return;
        }
        Volume disk = Volumes.of(domain, target);
        String expected = isOverlay ? String.valueOf(member.newFile()) : member.volume();
        if (!Volumes.isSame(disk.path(), Path.of(expected))) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_NEEDED,
                    "disk " + target + ": expected it on " + expected + ", found it on " + disk.path()
                            + ", which would stand on other bytes than it was begun on");
        }
        if (!isOverlay && !command.memory()) {
            requireListed(domain, disk, member);
        }
    }

    private void requireNoOverlays(SnapshotMember member, boolean isOverlay) {
        Volume volume = volumes.of(null, member);
        boolean isBelow = !isOverlay
                && mechanisms.list(null, volume).stream()
                        .anyMatch(found -> found.mechanism() == SnapshotMechanism.QCOW2_OVERLAY);
        if (isBelow) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_NEEDED, volume + ": expected no overlay that stands on it, found one");
        }
    }

    private void requireListed(DomainView domain, Volume disk, SnapshotMember member) {
        boolean isThere = mechanisms.list(domain, disk).stream()
                .anyMatch(found -> found.mechanism() == member.mechanism()
                        && found.storageName().equals(member.storageName()));
        if (!isThere) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    disk + ": expected the " + member.mechanism().code() + " snapshot " + member.storageName()
                            + ", found none");
        }
    }

    /// A domain that somebody has started since is stopped only by force.
    private void putBack(RevertSnapshot command, @Nullable DomainView domain, SnapshotRecord record) {
        List<SnapshotMember> done = new ArrayList<>();
        try {
            if (domain != null) {
                requireStoppable(command, domain);
                ports.domains().stop(domain.uuid(), record.members());
                retireCheckpoints(domain.uuid());
            }
            revertMembers(command, done);
        } catch (SnapshotException refused) {
            if (domain != null && record.wasRunning() && done.isEmpty()) {
                LOG.infof("snapshot %s is not reverted to, and its guest runs on", record.name());
                runOn(domain.uuid());
            }
            throw refused;
        }
    }

    /// An agent that died as it was about to stop the guest may have left it paused.
    private void runOn(DomainUuid domain) {
        switch (ports.hypervisor().domain(domain).state()) {
            case PAUSED -> ports.hypervisor().resume(domain);
            case OFF -> ports.domains().start(domain);
            case RUNNING -> {}
        }
    }

    /// Their bitmaps would go on as if nothing had been put back; the epochs that they stood for have ended.
    private void retireCheckpoints(DomainUuid domain) {
        for (String checkpoint : ports.hypervisor().checkpoints(domain)) {
            if (checkpoint.startsWith(BackupOrder.MARK)) {
                ports.hypervisor().deleteCheckpoint(domain, checkpoint);
            }
        }
    }

    private void revertMembers(RevertSnapshot command, List<SnapshotMember> done) {
        DomainUuid uuid = command.domain();
        DomainView domain = uuid == null ? null : ports.hypervisor().domain(uuid);
        List<SnapshotMember> ofDomain = new ArrayList<>();
        for (SnapshotMember member : command.members()) {
            if (command.memory() || mechanisms.isOfDomain(domain, member.mechanism())) {
                ofDomain.add(member);
            } else {
                mechanisms.ofStorage(member.mechanism()).revert(volumes.of(domain, member), member);
                done.add(member);
            }
        }
        if (domain != null && !ofDomain.isEmpty()) {
            SnapshotName name = new SnapshotName(ofDomain.getFirst().storageName());
            ports.domains().revert(domain.uuid(), name, ofDomain, command.memory());
            done.addAll(ofDomain);
        }
    }
}
