package io.tidemark.agent.backup;

import io.tidemark.agent.backup.BackupPlan.PlannedDisk;
import io.tidemark.agent.backup.PhaseGate.Phase;
import io.tidemark.agent.extent.DirtyMap;
import io.tidemark.agent.repository.CommitReceipt;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.WriteRequest;
import io.tidemark.agent.repository.WriteSession;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Copies all disks of one moment into one write session. Fields that are not final follow its life. One thread.
final class PointCopy implements AutoCloseable {
    private final BackupTools tools;
    private final StartBackup command;
    private final BackupStop stop;
    private final Consumer<AgentEvent> report;
    private final ReadRate rate;
    private final List<OpenDisk> disks = new ArrayList<>();
    private Optional<RestorePointId> parent = Optional.empty();
    private @Nullable WriteSession session;
    private boolean isReading;

    /// @param dirty what the bitmap says; null for a full
    private record OpenDisk(
            PlannedDisk plan, DiskSource source, @Nullable DirtyMap dirty) {
        long totalBytes() {
            return dirty == null ? source.sizeBytes() : dirty.totalBytes();
        }

        DiskDescription description() {
            return new DiskDescription(
                    plan.disk(),
                    plan.target(),
                    plan.device(),
                    source.sizeBytes(),
                    plan.decision().level(),
                    plan.decision().reason(),
                    plan.imageIdentity(),
                    plan.isCheckpointed());
        }
    }

    PointCopy(BackupTools tools, StartBackup command, BackupStop stop, ReadRate rate, Consumer<AgentEvent> report) {
        this.tools = tools;
        this.command = command;
        this.stop = stop;
        this.report = report;
        this.rate = rate;
    }

    /// Opens the disks and asks the bitmaps.
    void open(Moment moment, BackupPlan plan) throws IOException {
        parent = plan.parent();
        for (PlannedDisk disk : plan.disks()) {
            stop.check();
            DiskSource source = new PacedSource(moment.open(disk), rate, tools.hostRate(), stop);
            stop.closes(source::close);
            disks.add(opened(disk, source));
        }
    }

    private static OpenDisk opened(PlannedDisk disk, DiskSource source) throws IOException {
        try {
            long expected = disk.sizeBytes().orElse(source.sizeBytes());
            if (source.sizeBytes() != expected) {
                throw new IOException("disk " + disk.target() + ": expected an export of " + expected + " bytes, found "
                        + source.sizeBytes());
            }
            return new OpenDisk(disk, source, disk.isIncremental() ? source.dirty() : null);
        } catch (IOException | RuntimeException failure) {
            source.close();
            throw failure;
        }
    }

    /// Reads everything; answers the dirty bytes of each disk by its target, for a full those that are not zero.
    Map<String, Long> into(Repository repository, Attempt attempt) throws IOException, WrongBase {
        WriteSession opened = repository.openWrite(new WriteRequest(
                command.vm(),
                command.tracker(),
                parent.orElse(null),
                attempt,
                command.point(),
                disks.stream().map(OpenDisk::description).toList(),
                isAskedFor()));
        session = opened;
        long total = disks.stream().mapToLong(OpenDisk::totalBytes).sum();
        var meter = new ProgressMeter(command.task(), total, tools.ports().nanos(), report);
        Map<String, Long> dirtyBytes = new LinkedHashMap<>();
        for (OpenDisk disk : disks) {
            stop.check();
            dirtyBytes.put(disk.plan().target(), copied(disk, opened, bytes -> copied(meter, bytes)));
        }
        reading();
        return dirtyBytes;
    }

    /// A raw disk is never told as one that somebody asked for, so the order says it and not the decision.
    private boolean isAskedFor() {
        return command.disks().stream()
                .anyMatch(disk -> disk.reason() != null && disk.reason().isAskedFor());
    }

    private long copied(OpenDisk disk, WriteSession session, LongConsumer progress) throws IOException, WrongBase {
        var copy = new DiskCopy(disk.source(), session, disk.plan().disk(), progress);
        DirtyMap dirty = disk.dirty();
        if (dirty == null) {
            return copy.full();
        }
        copy.increment(dirty, command.point().value().getLeastSignificantBits());
        return dirty.reportedBytes();
    }

    private void copied(ProgressMeter meter, long bytes) {
        reading();
        meter.accept(bytes);
        stop.check();
    }

    private void reading() {
        if (!isReading) {
            isReading = true;
            tools.gate().reached(Phase.READ);
        }
    }

    void seal(PointDescription description) {
        session().seal(description);
    }

    CommitReceipt commit() {
        return session().commit();
    }

    private WriteSession session() {
        WriteSession known = session;
        if (known == null) {
            throw new IllegalStateException("write session of " + command.point() + ": expected one, found none");
        }
        return known;
    }

    /// Closes disks and session. Failing to close what is over changes nothing.
    @Override
    public void close() {
        for (OpenDisk disk : disks) {
            try {
                disk.source().close();
            } catch (IOException | UncheckedIOException broken) {
                // the moment's end closes it from the other side
            }
        }
        if (session != null) {
            session.close();
        }
    }
}
