package io.tidemark.agent.backup;

import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// The files that a job leaves on the host while it runs: one of scratch for each disk, and its socket.
final class ScratchSpace {
    private static final Logger LOG = Logger.getLogger(ScratchSpace.class);
    private static final String SOCKET_SUFFIX = ".nbd";

    private final BackupLimits limits;

    ScratchSpace(BackupLimits limits) {
        this.limits = limits;
    }

    Path socket(RestorePointId point) {
        return limits.socketFolder().resolve(BackupOrder.checkpointName(point) + SOCKET_SUFFIX);
    }

    /// Of one disk of a domain that is off.
    Path socket(RestorePointId point, int number) {
        return limits.socketFolder().resolve(BackupOrder.checkpointName(point) + "-" + number);
    }

    /// How the paths begin that the others of a point have.
    Path socketPrefix(RestorePointId point) {
        return limits.socketFolder().resolve(BackupOrder.checkpointName(point));
    }

    Path folder() {
        return limits.scratchFolder();
    }

    /// How much a job that begins now may take, in bytes; half of what is free stays free.
    long grant() {
        try {
            Files.createDirectories(limits.scratchFolder());
            Files.createDirectories(limits.socketFolder());
            long grant = Math.min(limits.scratchMaxBytes(), freeBytes() / 2);
            if (grant < limits.scratchLeastBytes()) {
                throw new BackupFailure(
                        FailureReason.SCRATCH_FULL,
                        "scratch folder " + limits.scratchFolder()
                                + ": expected at least " + 2 * limits.scratchLeastBytes() + " bytes free, found "
                                + freeBytes());
            }
            return grant;
        } catch (IOException e) {
            throw new BackupFailure(
                    FailureReason.SCRATCH_FULL,
                    "scratch folder " + limits.scratchFolder() + ": expected it writable, found " + e);
        }
    }

    long freeBytes() throws IOException {
        FileStore store = Files.getFileStore(limits.scratchFolder());
        return store.getUsableSpace();
    }

    /// Deletes what a job of that point left, for example because QEMU was killed. Only after the job's end.
    void clear(RestorePointId point) {
        clear(name -> name.startsWith(BackupOrder.checkpointName(point)));
    }

    /// Deletes what jobs left that are not of these points.
    void clearAllBut(Collection<RestorePointId> kept) {
        List<String> marks = kept.stream().map(BackupOrder::checkpointName).toList();
        clear(name -> name.startsWith(BackupOrder.MARK) && marks.stream().noneMatch(name::startsWith));
    }

    private void clear(Predicate<String> isLeftover) {
        clear(limits.scratchFolder(), isLeftover);
        clear(limits.socketFolder(), isLeftover);
    }

    private static void clear(Path folder, Predicate<String> isLeftover) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(
                            file -> isLeftover.test(file.getFileName().toString()))
                    .toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warnf("leftovers of a backup job stay in %s: %s", folder, e.getMessage());
        }
    }
}
