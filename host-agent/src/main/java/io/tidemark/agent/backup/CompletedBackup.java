package io.tidemark.agent.backup;

import io.tidemark.agent.repository.CommitReceipt;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the event of a committed backup.
///
/// @param quiesced null if nobody knows any more
/// @param dirtyBytes what each disk's bitmap called dirty, or for a full held data, by target
/// @param epochs targets of the disks with a new bitmap
record CompletedBackup(
        StartBackup command,
        @Nullable Quiesced quiesced,
        long durationMillis,
        Map<String, Long> dirtyBytes,
        Set<String> epochs) {

    /// For a backup of which only the repository's log is left: what was not written there is unknown and said
    /// to be 0, and new bytes stand for dirty ones.
    static BackupCompleted fromLog(StartBackup command, RestorePoint point, Set<String> epochs) {
        Map<String, Long> newBytes = new HashMap<>();
        point.receipt().disks().forEach(disk -> newBytes.put(disk.description().target(), disk.newBytes()));
        return new CompletedBackup(command, null, 0, newBytes, epochs).event(point.receipt(), point.description());
    }

    BackupCompleted event(CommitReceipt receipt, PointDescription description) {
        return new BackupCompleted(
                command.task(),
                receipt.point(),
                command.vm(),
                receipt.commitRecord().hex(),
                description.takenAt(),
                description.consistency(),
                quiesced == null ? 0 : quiesced.freezeMillis(),
                durationMillis,
                receipt.storedBytes(),
                receipt.newBytes(),
                receipt.disks().stream().map(this::result).toList(),
                quiesced == null ? null : quiesced.mountpoints(),
                quiesced == null || quiesced.notices().isEmpty() ? null : quiesced.notices());
    }

    private DiskResult result(StoredDisk stored) {
        DiskDescription disk = stored.description();
        return new DiskResult(
                disk.disk(),
                disk.target(),
                disk.level(),
                disk.reason(),
                disk.sizeBytes(),
                dirtyBytes.getOrDefault(disk.target(), 0L),
                stored.storedBytes(),
                disk.imageIdentity(),
                disk.epochBegun() && epochs.contains(disk.target()),
                stored.newBytes());
    }
}
