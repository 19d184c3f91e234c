package io.tidemark.schemas.request;

import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Gate;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an integrating service asks for.
public sealed interface ClientRequest {
    /// A client wants a backup now; the VM is named by id or by name.
    ///
    /// @param forceFull the same as the level `full`, from before there were levels
    /// @param level null for `incremental`, or for `full` with `forceFull`
    /// @param tracker whose line of backups; null for `default`
    /// @param mountpoints the guest's, the only ones to freeze; null for all. [Quiescing] has the rules
    /// @param scripts the host's set to run around the freeze; null for none
    record RequestBackup(
            @Nullable VmId vm,
            @Nullable String vmName,
            RepositoryId repository,
            Gate gate,
            boolean quiesce,
            boolean forceFull,
            @Nullable BackupLevel level,
            @Nullable TrackerId tracker,
            @Nullable List<String> mountpoints,
            @Nullable ScriptSetId scripts)
            implements ClientRequest {
        public RequestBackup {
            mountpoints = mountpoints == null ? null : List.copyOf(mountpoints);
        }

        /// How the guest is to be brought to rest, within the rules or not.
        public Quiescing quiescing() {
            return new Quiescing(quiesce, mountpoints, scripts);
        }
    }

    /// A client asks since when a disk's bitmap is valid; the VM is named by id or by name.
    ///
    /// @param disk its target, as `vda`, or its id
    /// @param tracker whose epoch; null for `default`
    record QueryEpoch(
            @Nullable VmId vm,
            @Nullable String vmName,
            String disk,
            @Nullable TrackerId tracker) implements ClientRequest {}

    /// A client wants something done with a snapshot of a VM, which is named by id or by name, or of one of its
    /// disks.
    ///
    /// @param snapshot which one to revert to or to delete; null to create one
    /// @param name of one to create; null for one after its id
    /// @param kind null for what suits each disk, as is the mechanism
    /// @param disks targets; null for all
    /// @param force as of [io.tidemark.schemas.command.AgentCommand.RevertSnapshot], and past newer restore
    ///     points
    record RequestSnapshot(
            SnapshotAction action,
            @Nullable VmId vm,
            @Nullable String vmName,
            @Nullable SnapshotId snapshot,
            @Nullable SnapshotName name,
            @Nullable String description,
            @Nullable SnapshotKind kind,
            @Nullable SnapshotMechanism mechanism,
            @Nullable List<String> disks,
            boolean quiesce,
            boolean memory,
            boolean force)
            implements ClientRequest {
        public RequestSnapshot {
            disks = disks == null ? null : List.copyOf(disks);
        }
    }
}
