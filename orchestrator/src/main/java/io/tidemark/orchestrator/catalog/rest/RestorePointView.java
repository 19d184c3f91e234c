package io.tidemark.orchestrator.catalog.rest;

import io.tidemark.orchestrator.catalog.PointHold;
import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HoldId;
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
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A restore point as a person reads it.
///
/// @param parent the point that its incremental disks build on; null when every disk is full
/// @param level full, incremental, differential or copy
/// @param pinned whether an epoch or a task in flight needs it, so that retention keeps it
/// @param task null when it was taken from a repository's log
/// @param frozenMountpoints those that were chosen, if each is proved to have been frozen; else null
/// @param notices what was not done as it was asked for
public record RestorePointView(
        RestorePointId id,
        VmId vm,
        TrackerId tracker,
        BackupLevel level,
        @Nullable RestorePointId parent,
        Instant takenAt,
        Consistency consistency,
        long freezeMillis,
        long durationMillis,
        @Nullable TaskId task,
        boolean pinned,
        List<CopyView> copies,
        List<DiskView> disks,
        @Nullable List<String> frozenMountpoints,
        List<Notice> notices) {
    /// The point in one repository.
    ///
    /// @param state available, removing or removed
    /// @param holds what keeps it from being removed, as the repository was last exported
    public record CopyView(
            RepositoryId repository,
            String state,
            String digest,
            long storedBytes,
            long newBytes,
            List<HoldView> holds) {
        static CopyView of(RestorePoint point, RestorePoint.Copy copy, List<PointHold> ofVm) {
            return new CopyView(
                    copy.repository(),
                    copy.state().name().toLowerCase(Locale.ROOT),
                    copy.commitDigest(),
                    copy.storedBytes(),
                    copy.newBytes(),
                    ofVm.stream()
                            .filter(hold -> hold.point().equals(point.id())
                                    && hold.repository().equals(copy.repository()))
                            .map(hold -> new HoldView(hold.id(), hold.reason(), hold.heldAt()))
                            .toList());
        }
    }

    /// What keeps a copy from being removed.
    public record HoldView(HoldId id, String reason, Instant heldAt) {}

    /// What is known of a VM beside its points.
    record Needs(Set<RestorePointId> pinned, List<PointHold> holds) {}

    /// What the backup did with one disk.
    ///
    /// @param reason why it is full, or `differential`; null for any other increment
    /// @param dirtyBytes what its bitmap called dirty, or for a full what held data: so much was read
    /// @param newBytes the guest's bytes that were not found stored already; null where nobody said
    /// @param storedBytes what these take after compression
    public record DiskView(
            DiskId disk,
            String target,
            Level level,
            @Nullable Reason reason,
            long virtualSizeBytes,
            long dirtyBytes,
            @Nullable Long newBytes,
            long storedBytes) {
        static DiskView of(RestorePoint.DiskPart part) {
            return new DiskView(
                    part.disk(),
                    part.target(),
                    part.level(),
                    part.reason(),
                    part.virtualSizeBytes(),
                    part.dirtyBytes(),
                    part.newBytes(),
                    part.storedBytes());
        }
    }

    static RestorePointView of(RestorePoint point, Needs needs) {
        return new RestorePointView(
                point.id(),
                point.vm(),
                point.tracker(),
                point.level(),
                point.parent(),
                point.takenAt(),
                point.consistency(),
                point.freezeMillis(),
                point.durationMillis(),
                point.task(),
                needs.pinned().contains(point.id()),
                point.copies().stream()
                        .map(copy -> CopyView.of(point, copy, needs.holds()))
                        .toList(),
                point.disks().stream().map(DiskView::of).toList(),
                point.freeze().mountpoints(),
                point.freeze().notices());
    }
}
