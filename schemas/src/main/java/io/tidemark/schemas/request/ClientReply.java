package io.tidemark.schemas.request;

import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Gate;

/// The one terminal answer to a client's request, keyed by its correlation id.
public sealed interface ClientReply {
    /// The gate that was asked for is passed.
    record RequestSucceeded(RestorePointId point, VmId vm, RepositoryId repository, Gate gate) implements ClientReply {}

    /// The gate cannot be passed.
    record RequestFailed(FailureReason reason, String detail) implements ClientReply {}
}
