package io.tidemark.schemas.request;

import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Gate;
import org.jspecify.annotations.Nullable;

/// What an integrating service asks for.
public sealed interface ClientRequest {
    /// A client wants a backup now; the VM is named by id or by name.
    record RequestBackup(
            @Nullable VmId vm,
            @Nullable String vmName,
            RepositoryId repository,
            Gate gate,
            boolean quiesce,
            boolean forceFull)
            implements ClientRequest {}
}
