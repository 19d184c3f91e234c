package io.tidemark.agent.backup;

import io.tidemark.agent.backup.BackupPlan.PlannedDisk;
import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.PhaseGate.Phase;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The moment of a domain that is off: nothing is held, so that anybody may start it, and what was read is worth
/// nothing if somebody did. There is no guest to freeze, no job to guard and no scratch to fill. Fields that are
/// not final follow its life. One thread.
final class PointAtRest implements Moment {
    private static final Logger LOG = Logger.getLogger(PointAtRest.class);

    private final BackupTools tools;
    private final StartBackup command;
    private final BackupStop stop;
    private List<DomainDisk> disks = List.of();
    private long starts;
    private @Nullable String stamp;

    PointAtRest(BackupTools tools, StartBackup command, BackupStop stop) {
        this.tools = tools;
        this.command = command;
        this.stop = stop;
    }

    @Override
    public Taken take(DomainView domain, BackupPlan plan) {
        disks = domain.disks();
        starts = tools.ports().watches().rest().starts(command.domain());
        tools.gate().reached(Phase.FREEZE);
        stop.check();
        Instant takenAt = tools.ports().clock().instant();
        BackupPlan begun = begin(domain, plan, takenAt);
        stamp = tools.hypervisor().restStamp(command.domain());
        tools.gate().reached(Phase.BEGIN);
        return new Taken(begun, takenAt, Quiesced.unasked(command));
    }

    private BackupPlan begin(DomainView domain, BackupPlan plan, Instant takenAt) {
        try {
            write(domain, plan, takenAt);
            return plan;
        } catch (CheckpointBroken broken) {
            LOG.warnf(
                    "bitmaps do not tell all, all disks are backed up full: %s vmId=%s taskId=%s",
                    broken.getMessage(), command.vm(), command.task());
            BackupPlan full = plan.allFull(Reason.BITMAP_GAP_IN_BACKING_CHAIN);
            write(domain, full, takenAt);
            return full;
        }
    }

    /// Whoever looks at the domain meanwhile may see the checkpoint and not its bitmap, or neither.
    private void write(DomainView domain, BackupPlan plan, Instant takenAt) {
        var order = new BackupOrder(
                command.point(),
                plan.orders(),
                tools.scratch().socket(command.point()),
                tools.scratch().folder());
        boolean isUnchanged = tools.ports()
                .watches()
                .writeAtRest(domain, () -> tools.hypervisor().beginAtRest(command.domain(), order, takenAt));
        if (!isUnchanged) {
            throw moved("an image was changed by others before the backup began");
        }
    }

    @Override
    public DiskSource open(PlannedDisk disk) throws IOException {
        DomainDisk image = disks.stream()
                .filter(known -> known.target().equals(disk.target()))
                .findFirst()
                .orElseThrow();
        Path socket = tools.scratch().socket(command.point(), disks.indexOf(image));
        Optional<String> bitmap = Optional.ofNullable(disk.decision().incrementalFrom());
        return tools.ports().sources().openAtRest(image, socket, bitmap);
    }

    /// A start that nothing shows yet, because no image was written, changed nothing of what was read.
    @Override
    public void requireHeld() {
        if (tools.hypervisor().domain(command.domain()).state() != VmState.OFF
                || tools.ports().watches().rest().starts(command.domain()) != starts) {
            throw moved("it was started");
        }
        if (!tools.hypervisor().restStamp(command.domain()).equals(stamp)) {
            throw moved("an image was changed");
        }
    }

    private BackupFailure moved(String found) {
        return new BackupFailure(
                FailureReason.DOMAIN_BUSY,
                "domain " + command.domain() + ": expected it off and its images unchanged while they are read, found "
                        + found);
    }

    @Override
    public Optional<BackupFailure> whyBroken() {
        try {
            requireHeld();
            return Optional.empty();
        } catch (BackupFailure moved) {
            return Optional.of(moved);
        } catch (HypervisorException failed) {
            return Optional.of(BackupFailure.of(failed));
        }
    }

    /// Nothing holds it, and who opened its disks closes them.
    @Override
    public void end() {}
}
