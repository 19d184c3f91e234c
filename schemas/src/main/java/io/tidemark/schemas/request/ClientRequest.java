package io.tidemark.schemas.request;

import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Gate;
import org.jspecify.annotations.Nullable;

/// What an integrating service asks for.
public sealed interface ClientRequest {
    /// A client wants a backup now; the VM is named by id or by name.
    ///
    /// @param forceFull the same as the level `full`, from before there were levels
    /// @param level null for `incremental`, or for `full` with `forceFull`
    /// @param tracker whose line of backups; null for `default`
    record RequestBackup(
            @Nullable VmId vm,
            @Nullable String vmName,
            RepositoryId repository,
            Gate gate,
            boolean quiesce,
            boolean forceFull,
            @Nullable BackupLevel level,
            @Nullable TrackerId tracker)
            implements ClientRequest {}

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
