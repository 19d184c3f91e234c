package io.tidemark.schemas.request;

import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Gate;
import io.tidemark.schemas.vocabulary.Quiescing;
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
}
