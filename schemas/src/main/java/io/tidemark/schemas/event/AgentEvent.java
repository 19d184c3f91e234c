package io.tidemark.schemas.event;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Notice;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.VmState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a host's agent observed or finished. Consumers must expect each late, twice or out of order.
public sealed interface AgentEvent {
    /// An agent's process has started; first of its session.
    record AgentStarted(
            SessionId session,
            HostId host,
            String version,
            List<String> capabilities,
            boolean journalIntact,
            List<TaskId> running)
            implements AgentEvent {
        public AgentStarted {
            capabilities = List.copyOf(capabilities);
            running = List.copyOf(running);
        }
    }

    /// Every few seconds while the agent lives.
    record Heartbeat(long uptimeMillis, int freeSlots, boolean hypervisorReachable) implements AgentEvent {}

    /// After the grant, after changes and when asked.
    record InventoryReported(String hostName, List<VmReport> vms) implements AgentEvent {
        public InventoryReported {
            vms = List.copyOf(vms);
        }
    }

    /// The checkpoint is taken and the guest thawed.
    record BackupStarted(
            TaskId task,
            RestorePointId point,
            VmId vm,
            Instant takenAt,
            Consistency consistency,
            long freezeMillis,
            List<DiskLevel> disks)
            implements AgentEvent {
        public BackupStarted {
            disks = List.copyOf(disks);
        }
    }

    /// While bytes are copied.
    record BackupProgressed(TaskId task, long bytesCopied, long bytesTotal) implements AgentEvent {}

    /// The commit record is durable in the repository.
    ///
    /// @param frozenMountpoints those that were chosen, if each is proved to have been frozen; null if none were
    ///     chosen, or it is not proved, or the log alone is left to tell
    /// @param notices what was not done as it was asked for; null if nothing is known of
    record BackupCompleted(
            TaskId task,
            RestorePointId point,
            VmId vm,
            String commitDigest,
            Instant takenAt,
            Consistency consistency,
            long freezeMillis,
            long durationMillis,
            long storedBytes,
            long newBytes,
            List<DiskResult> disks,
            @Nullable List<String> frozenMountpoints,
            @Nullable List<Notice> notices)
            implements AgentEvent {
        public BackupCompleted {
            disks = List.copyOf(disks);
            frozenMountpoints = frozenMountpoints == null ? null : List.copyOf(frozenMountpoints);
            notices = notices == null ? null : List.copyOf(notices);
        }
    }

    /// An attempt ended without a commit record.
    record BackupFailed(TaskId task, RestorePointId point, VmId vm, FailureReason reason, String detail)
            implements AgentEvent {}

    /// The targets are held and writing begins.
    record RestoreStarted(TaskId task, VmId vm, RestorePointId point) implements AgentEvent {}

    /// While bytes are written.
    record RestoreProgressed(TaskId task, long bytesCopied, long bytesTotal) implements AgentEvent {}

    /// Every disk was written and read back.
    record RestoreCompleted(TaskId task, VmId vm, RestorePointId point, long durationMillis, long writtenBytes)
            implements AgentEvent {}

    /// A restore ended without usable images.
    record RestoreFailed(TaskId task, VmId vm, RestorePointId point, FailureReason reason, String detail)
            implements AgentEvent {}

    /// What was seen when a VM was looked at as asked; without a report, why nothing was.
    record VmObserved(
            QueryId query,
            DomainUuid domain,
            @Nullable VmReport vm,
            @Nullable String detail) implements AgentEvent {}

    /// Every member of a snapshot was taken.
    ///
    /// @param vm null for volumes that no VM has
    /// @param memory whether the VM's memory is kept with it
    /// @param freezeMillis how long the guest's file systems were frozen
    /// @param pauseMillis how long its vCPUs stood still; 0 where each member is QEMU's own
    /// @param skewMicros between the first and the last moment at which a member was taken, as they were measured
    record SnapshotCreated(
            TaskId task,
            SnapshotId snapshot,
            @Nullable VmId vm,
            Instant takenAt,
            Consistency consistency,
            boolean memory,
            long freezeMillis,
            long pauseMillis,
            long skewMicros,
            long durationMillis,
            List<SnapshotMember> members)
            implements AgentEvent {
        public SnapshotCreated {
            members = List.copyOf(members);
        }
    }

    /// The volumes hold what they held when the snapshot was taken.
    record SnapshotReverted(
            TaskId task, SnapshotId snapshot, @Nullable VmId vm, long durationMillis) implements AgentEvent {}

    /// Nothing of the snapshot is left on the host.
    record SnapshotDeleted(
            TaskId task, SnapshotId snapshot, @Nullable VmId vm, long durationMillis) implements AgentEvent {}

    /// What was to be done with a snapshot was not done; of one that was to be created nothing is left.
    record SnapshotFailed(
            TaskId task, SnapshotId snapshot, @Nullable VmId vm, FailureReason reason, String detail)
            implements AgentEvent {}

    /// Which snapshots were found as it was asked, whoever made them; without volumes, why nothing was.
    record SnapshotsListed(
            QueryId query,
            @Nullable DomainUuid domain,
            List<VolumeReport> volumes,
            @Nullable String detail) implements AgentEvent {
        public SnapshotsListed {
            volumes = List.copyOf(volumes);
        }
    }

    /// One volume, its snapshots, and what else it could have.
    ///
    /// @param storage what it lies on: a file system's type, or `lvm`
    record VolumeReport(
            @Nullable String target,
            String volume,
            ImageFormat format,
            String storage,
            List<MechanismReport> mechanisms,
            List<SnapshotReport> snapshots) {
        public VolumeReport {
            mechanisms = List.copyOf(mechanisms);
            snapshots = List.copyOf(snapshots);
        }
    }

    /// Whether a volume can have snapshots of a mechanism now.
    ///
    /// @param whyNot what is missing; null if it can
    /// @param namespace of its names; null if it cannot
    record MechanismReport(
            SnapshotMechanism mechanism,
            @Nullable String whyNot,
            @Nullable String namespace) {}

    /// One snapshot that was found.
    ///
    /// @param takenAt as the storage tells; null if it does not
    /// @param newFile as in [SnapshotMember]
    /// @param keptBytes that would be free without it; null where the storage cannot tell
    /// @param hangsOnIt what would be lost or changed with it, for a person: files, snapshots, volumes of others
    record SnapshotReport(
            SnapshotMechanism mechanism,
            String storageName,
            @Nullable Instant takenAt,
            @Nullable String newFile,
            @Nullable Long keptBytes,
            List<String> hangsOnIt) {
        public SnapshotReport {
            hangsOnIt = List.copyOf(hangsOnIt);
        }
    }

    /// Checkpoints were deleted by command.
    record CheckpointsRetired(VmId vm, List<RestorePointId> points) implements AgentEvent {
        public CheckpointsRetired {
            points = List.copyOf(points);
        }
    }

    /// A command is malformed, unknown or of another session.
    record CommandRefused(MessageId command, String commandType, FailureReason reason, String detail)
            implements AgentEvent {}

    /// One domain as its host sees it now.
    record VmReport(DomainUuid domain, String name, VmState state, List<DiskReport> disks, List<String> checkpoints) {
        public VmReport {
            disks = List.copyOf(disks);
            checkpoints = List.copyOf(checkpoints);
        }
    }

    /// One disk of a domain, and why it cannot carry a bitmap if it cannot.
    ///
    /// @param bitmaps those of our checkpoints, whether libvirt knows the checkpoint or not; null where they could
    ///     not be looked at, which says nothing about them
    record DiskReport(
            String target,
            @Nullable String serial,
            ImageFormat format,
            long virtualSizeBytes,
            String imageIdentity,
            boolean trackable,
            @Nullable Reason whyNot,
            @Nullable List<BitmapReport> bitmaps) {
        public DiskReport {
            bitmaps = bitmaps == null ? null : List.copyOf(bitmaps);
        }

        /// The same disk with other bitmaps.
        public DiskReport withBitmaps(@Nullable List<BitmapReport> others) {
            return new DiskReport(target, serial, format, virtualSizeBytes, imageIdentity, trackable, whyNot, others);
        }
    }

    /// The bitmaps of one checkpoint of ours on one disk.
    ///
    /// @param doubt why they prove nothing, whatever their state is: what is on the disk changed without them
    /// @param dirtyBytes how much they name, in whole granules; null where it was not counted
    record BitmapReport(
            String checkpoint,
            BitmapState state,
            @Nullable Reason doubt,
            long granularityBytes,
            @Nullable Long dirtyBytes) {}

    /// The level decided for a disk and, for a full, why; of a differential's increment `differential`.
    record DiskLevel(
            DiskId disk,
            String target,
            Level level,
            @Nullable Reason reason) {}

    /// What a backup did with one disk.
    ///
    /// @param dirtyBytes what its bitmap called dirty, or for a full what held data: so much was read
    /// @param storedBytes what the new ones take after compression
    /// @param newBytes the guest's bytes that were not found stored already; null from an older agent
    record DiskResult(
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
