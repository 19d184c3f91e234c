package io.tidemark.orchestrator.catalog;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Notice;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One recoverable state of a VM: a logical id with a copy in each repository.
///
/// @param parent the point that its increments are built on; null when every disk is full
/// @param task null when the point was imported from a repository's log
/// @param freeze beyond what `consistency` says
public record RestorePoint(
        RestorePointId id,
        VmId vm,
        TrackerId tracker,
        @Nullable RestorePointId parent,
        Instant takenAt,
        Consistency consistency,
        long freezeMillis,
        long durationMillis,
        @Nullable TaskId task,
        @Nullable Attempt attempt,
        List<Copy> copies,
        List<DiskPart> disks,
        Freeze freeze) {
    /// By the attempts that made them, as clocks of hosts differ and go back; imported points, which have none, are
    /// the oldest.
    public static final Comparator<RestorePoint> OLDEST_FIRST = Comparator.comparing(
                    RestorePoint::attemptOrNone, Comparator.nullsFirst(Comparator.<Attempt>naturalOrder()))
            .thenComparing(RestorePoint::takenAt, Comparator.<Instant>naturalOrder());

    public RestorePoint {
        copies = List.copyOf(copies);
        disks = List.copyOf(disks);
    }

    /// Whether the repository holds it and nobody has asked for its removal.
    public boolean isAvailableIn(RepositoryId repository) {
        return copies.stream()
                .anyMatch(copy -> copy.repository().equals(repository) && copy.state() == CopyState.AVAILABLE);
    }

    /// What it is listed as. A copy and a differential are known by the reason of their disks, which the commit
    /// record holds.
    public BackupLevel level() {
        if (isCopy()) {
            return BackupLevel.COPY;
        }
        if (isDifferential()) {
            return BackupLevel.DIFFERENTIAL;
        }
        boolean isIncremental = disks.stream().anyMatch(disk -> disk.level() == Level.INCREMENTAL);
        return isIncremental ? BackupLevel.INCREMENTAL : BackupLevel.FULL;
    }

    /// Whether no chain knows it.
    public boolean isCopy() {
        return disks.stream().anyMatch(disk -> disk.reason() == Reason.COPY);
    }

    /// Whether epochs stay on the full that it differs from.
    public boolean isDifferential() {
        return disks.stream().anyMatch(disk -> disk.reason() == Reason.DIFFERENTIAL);
    }

    /// Whether the next backup can build on it: no epoch begins by a copy or a differential.
    public boolean mayBeginEpochs() {
        return !isCopy() && !isDifferential();
    }

    private static @Nullable Attempt attemptOrNone(RestorePoint point) {
        return point.attempt;
    }

    /// What is known of the guest's freeze beyond the point's consistency.
    ///
    /// @param mountpoints those that were chosen, if each is proved to have been frozen; else null
    /// @param notices what was not done as it was asked for
    public record Freeze(@Nullable List<String> mountpoints, List<Notice> notices) {
        /// Nothing is known, or nothing is to be told.
        public static final Freeze UNTOLD = new Freeze(null, List.of());

        public Freeze {
            mountpoints = mountpoints == null ? null : List.copyOf(mountpoints);
            notices = List.copyOf(notices);
        }
    }

    /// Where a copy stands. A removed one is remembered, so that a late completion does not list it again.
    public enum CopyState {
        AVAILABLE,
        REMOVING,
        REMOVED
    }

    /// The point in one repository.
    ///
    /// @param storedBytes what the commit record states for the whole point
    /// @param newBytes what this backup added to the repository
    public record Copy(
            RepositoryId repository,
            CopyState state,
            String commitDigest,
            long storedBytes,
            long newBytes,
            long revision) {}

    /// What the backup did with one disk.
    ///
    /// @param reason why it is full, or `differential`; null for any other increment
    /// @param dirtyBytes what its bitmap called dirty, or for a full what held data: so much was read. Where a
    ///     repository's log told of the point, as `newBytes`
    /// @param newBytes the guest's bytes that were not found stored already; null where nobody said
    public record DiskPart(
            DiskId disk,
            String target,
            Level level,
            @Nullable Reason reason,
            long virtualSizeBytes,
            long dirtyBytes,
            long storedBytes,
            String imageIdentity,
            boolean epochBegun,
            @Nullable Long newBytes) {}
}
