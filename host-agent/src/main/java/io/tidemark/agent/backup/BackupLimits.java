package io.tidemark.agent.backup;

import io.tidemark.schemas.id.DomainUuid;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// Where a backup's temporary files lie, and how much they may take. QEMU must be able to write to both folders.
///
/// @param scratchFolder takes what the guest overwrites while a job runs; best on a file system of its own
/// @param socketFolder takes one socket a job
/// @param scratchMaxBytes how much a job may take; never more than half of what is free when it begins
/// @param scratchLeastBytes with less to take than this no job begins
/// @param rates how fast disks are read
public record BackupLimits(
        Path scratchFolder, Path socketFolder, long scratchMaxBytes, long scratchLeastBytes, Rates rates) {
    /// A unix socket's path holds 107 bytes; the socket's own name takes 49 of them, a slash one.
    private static final int SOCKET_FOLDER_BYTES_MAX = 57;

    /// Bytes a second that backups read; [Long#MAX_VALUE] for no limit.
    ///
    /// @param perVm of each VM that is not named
    /// @param single of VMs that are
    /// @param perHost of all VMs of the host
    /// @param guest when less is read so that a guest does not suffer
    public record Rates(long perVm, Map<DomainUuid, Long> single, long perHost, Guest guest) {
        public static final Rates NONE = new Rates(Long.MAX_VALUE, Map.of(), Long.MAX_VALUE, Guest.ANY);

        public Rates {
            single = Map.copyOf(single);
        }

        /// Of that VM.
        long of(DomainUuid domain) {
            return single.getOrDefault(domain, perVm);
        }

        /// When a backup reads slower.
        ///
        /// @param latency how long the requests of a guest may take in the mean until less is read
        /// @param leastBytesPerSecond what is read of a VM however long they take
        public record Guest(Duration latency, long leastBytesPerSecond) {
            /// However long they take.
            public static final Guest ANY = new Guest(Duration.ZERO, Long.MAX_VALUE);

            public Guest {
                if (latency.isNegative() || leastBytesPerSecond <= 0) {
                    throw new IllegalArgumentException(
                            "guest latency: expected no negative time and more than 0 bytes a second, found " + latency
                                    + " and " + leastBytesPerSecond);
                }
            }

            boolean isWatched() {
                return !latency.isZero();
            }
        }
    }

    public BackupLimits {
        int length = socketFolder.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > SOCKET_FOLDER_BYTES_MAX) {
            throw new IllegalArgumentException("socket folder " + socketFolder + ": expected a path of at most "
                    + SOCKET_FOLDER_BYTES_MAX + " bytes, found " + length);
        }
    }
}
