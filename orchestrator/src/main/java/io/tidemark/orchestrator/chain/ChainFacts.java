package io.tidemark.orchestrator.chain;

import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import java.util.List;

/// What is known when a backup of one VM is proposed.
///
/// @param level what was asked for
/// @param disks the VM's disks; vanished ones among them are passed over
/// @param epochs the VM's, of every tracker
/// @param points the VM's catalogued points, of every tracker and repository
public record ChainFacts(
        Target target, BackupLevel level, List<Disk> disks, List<Epoch> epochs, List<RestorePoint> points) {
    public ChainFacts {
        disks = List.copyOf(disks);
        epochs = List.copyOf(epochs);
        points = List.copyOf(points);
    }

    /// Whose line of backups it is and where the new point goes.
    ///
    /// @param trackersMax how many trackers of a VM may have epochs at once
    public record Target(TrackerId tracker, RepositoryId repository, int trackersMax) {}
}
