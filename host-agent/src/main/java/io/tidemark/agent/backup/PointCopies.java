package io.tidemark.agent.backup;

import io.tidemark.agent.repository.Repository;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.vocabulary.Reason;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Copies all disks of one moment, and once more with a disk full whose base turns out wrong: the source holds
/// every byte of it. Fields that are not final follow its life. One thread.
final class PointCopies implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PointCopies.class);

    private final BackupTools tools;
    private final StartBackup command;
    private final BackupStop stop;
    private final ReadRate rate;
    private final Consumer<AgentEvent> report;
    private @Nullable PointCopy copy;
    private Map<String, Long> dirtyBytes = Map.of();

    /// @param rate of the VM
    PointCopies(BackupTools tools, StartBackup command, BackupStop stop, ReadRate rate, Consumer<AgentEvent> report) {
        this.tools = tools;
        this.command = command;
        this.stop = stop;
        this.rate = rate;
        this.report = report;
    }

    void read(Repository repository, Attempt attempt, Moment moment, BackupPlan plan) throws IOException {
        BackupPlan next = plan;
        boolean isRead = false;
        while (!isRead) {
            close();
            var opened = new PointCopy(tools, command, stop, rate, report);
            copy = opened;
            opened.open(moment, next);
            try {
                dirtyBytes = opened.into(repository, attempt);
                isRead = true;
            } catch (WrongBase wrong) {
                LOG.errorf(
                        "%s; the points since the parent are doubtful, and the disk is read whole vmId=%s"
                                + " restorePointId=%s parent=%s",
                        wrong.getMessage(), command.vm(), command.point(), command.parent());
                next = next.fullOn(wrong.disk(), Reason.SAMPLE_MISMATCH);
            }
        }
    }

    PointCopy point() {
        PointCopy known = copy;
        if (known == null) {
            throw new IllegalStateException("copy of " + command.point() + ": expected it read, found it not");
        }
        return known;
    }

    /// Of each disk by its target, for a full those that are not zero.
    Map<String, Long> dirtyBytes() {
        return dirtyBytes;
    }

    @Override
    public void close() {
        if (copy != null) {
            copy.close();
        }
    }
}
