package io.tidemark.agent.backup;

import io.tidemark.agent.backup.BackupPlan.PlannedDisk;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// The point in time that all disks of a domain are read at. One thread.
interface Moment {
    /// What was taken.
    ///
    /// @param plan may be weaker than what was asked for
    record Taken(BackupPlan plan, Instant takenAt, Quiesced quiesced) {}

    /// Has done what comes before the moment and may take its time. What is known of the domain is looked at
    /// afterwards: it may be another by then.
    default void prepare(DomainView domain) {}

    /// Returns when the disks can be read as they were then.
    Taken take(DomainView domain, BackupPlan plan);

    /// Opens a disk of what was taken.
    DiskSource open(PlannedDisk disk) throws IOException;

    /// Throws if what was read may not all be of this moment.
    void requireHeld();

    /// Why a read broke, if somebody but the disk is to blame.
    Optional<BackupFailure> whyBroken();

    /// Ends whatever holds the moment. Safe to call twice; never throws for what it could not do.
    void end();
}
