package io.tidemark.schemas.command;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the orchestrator asks of a host's agent. An agent carries out only commands of its granted session.
public sealed interface AgentCommand {
    /// A VM is to be backed up; levels are proposals that the agent may only weaken to full.
    ///
    /// @param mountpoints the only ones to freeze; null for all. [Quiescing] has the rules
    /// @param scripts the host's set to run around the freeze; null for none
    record StartBackup(
            TaskId task,
            RestorePointId point,
            VmId vm,
            DomainUuid domain,
            TrackerId tracker,
            RepositoryId repository,
            @Nullable RestorePointId parent,
            List<DiskOrder> disks,
            boolean quiesce,
            long freezeTimeoutMillis,
            long deadlineMillis,
            @Nullable List<String> mountpoints,
            @Nullable ScriptSetId scripts)
            implements AgentCommand {
        public StartBackup {
            disks = List.copyOf(disks);
            mountpoints = mountpoints == null ? null : List.copyOf(mountpoints);
            new Quiescing(quiesce, mountpoints, scripts).require();
        }

        /// The same command with another deadline.
        public StartBackup withDeadlineMillis(long millis) {
            return new StartBackup(
                    task,
                    point,
                    vm,
                    domain,
                    tracker,
                    repository,
                    parent,
                    disks,
                    quiesce,
                    freezeTimeoutMillis,
                    millis,
                    mountpoints,
                    scripts);
        }
    }

    /// A restore point is to be written to images.
    record StartRestore(
            TaskId task,
            VmId vm,
            RestorePointId point,
            RepositoryId repository,
            List<RestoreTarget> disks,
            @Nullable NewDomain newDomain)
            implements AgentCommand {
        public StartRestore {
            disks = List.copyOf(disks);
        }
    }

    /// No epoch and no task names these points' checkpoints any more.
    record RetireCheckpoints(VmId vm, DomainUuid domain, List<RestorePointId> points) implements AgentCommand {
        public RetireCheckpoints {
            points = List.copyOf(points);
        }
    }

    /// A task is given up; acts at once and is remembered when it arrives first.
    record CancelTask(TaskId task) implements AgentCommand {}

    /// An agent's session may start work for the lease, counted from receipt.
    record GrantSession(SessionId session, long leaseMillis, long catalogIncarnation) implements AgentCommand {}

    /// The agent is to send its inventory.
    record SendReport() implements AgentCommand {}

    /// The agent is to look at one VM now and to say what it sees.
    record ObserveVm(QueryId query, DomainUuid domain) implements AgentCommand {}

    /// Snapshots of disks of a VM, or of volumes that no VM has, are to be taken, all or none.
    ///
    /// @param vm null for volumes that no VM has, as is the domain
    /// @param volumes empty for all disks of the domain
    /// @param kind of each volume that names none; null for what suits the volume
    /// @param memory whether the VM's memory is to be kept with it, where the mechanism allows
    record CreateSnapshot(
            TaskId task,
            SnapshotId snapshot,
            @Nullable VmId vm,
            @Nullable DomainUuid domain,
            SnapshotName name,
            @Nullable String description,
            @Nullable SnapshotKind kind,
            @Nullable SnapshotMechanism mechanism,
            List<VolumeOrder> volumes,
            boolean quiesce,
            boolean memory,
            long freezeTimeoutMillis,
            long deadlineMillis)
            implements AgentCommand {
        public CreateSnapshot {
            volumes = List.copyOf(volumes);
        }
    }

    /// The volumes of a snapshot are to hold again what they held when it was taken.
    ///
    /// @param memory whether it was taken with the VM's memory
    /// @param force stop the VM if it runs, and go back past foreign checkpoints; it is started again afterwards
    record RevertSnapshot(
            TaskId task,
            SnapshotId snapshot,
            @Nullable VmId vm,
            @Nullable DomainUuid domain,
            List<SnapshotMember> members,
            boolean memory,
            boolean force,
            long deadlineMillis)
            implements AgentCommand {
        public RevertSnapshot {
            members = List.copyOf(members);
        }
    }

    /// A snapshot is to be given up, its overlays merged; the volumes keep what they hold now.
    record DeleteSnapshot(
            TaskId task,
            SnapshotId snapshot,
            @Nullable VmId vm,
            @Nullable DomainUuid domain,
            List<SnapshotMember> members,
            boolean memory,
            long deadlineMillis)
            implements AgentCommand {
        public DeleteSnapshot {
            members = List.copyOf(members);
        }
    }

    /// The agent is to say which snapshots the disks of a domain, or a volume, have and could have.
    ///
    /// @param volume path of one that no VM has, or POOL/VOLUME; null if a domain is named, and the other way about
    record ListSnapshots(
            QueryId query,
            @Nullable DomainUuid domain,
            @Nullable String volume) implements AgentCommand {}

    /// One volume to take a snapshot of.
    ///
    /// @param target of the domain's disk, or null
    /// @param path of a volume that no VM has, absolute or as POOL/VOLUME, or null; one of the two is given
    record VolumeOrder(
            @Nullable String target,
            @Nullable String path,
            @Nullable SnapshotKind kind,
            @Nullable SnapshotMechanism mechanism) {}

    /// One disk to back up and the level proposed for it.
    ///
    /// @param reason for a full, why; for an increment null, or `differential` if it is to begin no bitmap
    record DiskOrder(
            DiskId disk,
            String target,
            @Nullable String serial,
            Level level,
            @Nullable Reason reason,
            @Nullable String parentImageIdentity) {
        public DiskOrder {
            if (level == Level.FULL && reason == Reason.DIFFERENTIAL) {
                throw new IllegalArgumentException("disk " + target
                        + ": expected the reason differential of an incremental disk, found it of a full one");
            }
        }
    }

    /// One disk of the point and the image that it is written to.
    record RestoreTarget(String target, String path, ImageFormat format) {}

    /// The domain to define from the point, beside the original.
    record NewDomain(String name, DomainUuid uuid) {}
}
