package io.tidemark.schemas.event;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Notice;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import io.tidemark.schemas.vocabulary.StatedMember;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the orchestrator tells everyone who is cleared for all tenants.
public sealed interface PublicEvent {
    /// A run was opened.
    record RunStarted(RunId run, @Nullable PolicyId policy, List<VmId> vms) implements PublicEvent {
        public RunStarted {
            vms = List.copyOf(vms);
        }
    }

    /// Every task of a run has ended.
    record RunEnded(RunId run, int succeeded, int failed) implements PublicEvent {}

    /// A restore point became available.
    ///
    /// @param level null in messages from before there were levels
    /// @param tracker whose line of backups; null in messages from before others than `default` were asked for
    /// @param frozenMountpoints those that were chosen, if each is proved to have been frozen; else null
    /// @param notices what was not done as it was asked for; null if nothing is known of
    record RestorePointCreated(
            RestorePointId point,
            VmId vm,
            RepositoryId repository,
            Instant takenAt,
            Consistency consistency,
            long storedBytes,
            @Nullable BackupLevel level,
            @Nullable TrackerId tracker,
            @Nullable List<String> frozenMountpoints,
            @Nullable List<Notice> notices)
            implements PublicEvent {
        public RestorePointCreated {
            frozenMountpoints = frozenMountpoints == null ? null : List.copyOf(frozenMountpoints);
            notices = notices == null ? null : List.copyOf(notices);
        }
    }

    /// A restore point was removed.
    record RestorePointRemoved(RestorePointId point, VmId vm, RepositoryId repository) implements PublicEvent {}

    /// A disk's epoch moved to a newer point.
    record EpochAdvanced(VmId vm, DiskId disk, TrackerId tracker, String token, Instant validSince)
            implements PublicEvent {}

    /// A disk has no epoch any more.
    ///
    /// @param detail what was seen, for a person
    /// @param nextLevel of the disk in its next backup; a differential is full on the other disks then, too
    /// @param nextBytesMax what that will read at most: what is not allocated is not read
    record EpochInvalidated(
            VmId vm, DiskId disk, TrackerId tracker, Reason reason, String detail, Level nextLevel, long nextBytesMax)
            implements PublicEvent {}

    /// A restore reached its end.
    record RestoreEnded(
            TaskId task,
            VmId vm,
            RestorePointId point,
            boolean succeeded,
            @Nullable FailureReason reason) implements PublicEvent {}

    /// What was asked for of a snapshot reached its end.
    ///
    /// @param vm null for volumes that no VM has
    /// @param takenAt when it was taken; null if it never was
    /// @param members empty if it never was taken
    record SnapshotEnded(
            TaskId task,
            SnapshotId snapshot,
            SnapshotAction action,
            @Nullable VmId vm,
            SnapshotName name,
            boolean succeeded,
            @Nullable FailureReason reason,
            @Nullable Instant takenAt,
            List<StatedMember> members)
            implements PublicEvent {
        public SnapshotEnded {
            members = List.copyOf(members);
        }
    }

    /// A record was not applied and never will be; it lies where it was read.
    ///
    /// @param messageType the record's `ce_type` as it came; null if it had none
    record DeadLetter(
            String topic,
            int partition,
            long offset,
            String reason,
            @Nullable String messageType) implements PublicEvent {}
}
