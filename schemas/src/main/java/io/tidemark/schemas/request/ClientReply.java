package io.tidemark.schemas.request;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Gate;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import io.tidemark.schemas.vocabulary.StatedMember;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The one terminal answer to a client's request, keyed by its correlation id.
public sealed interface ClientReply {
    /// The gate that was asked for is passed.
    record RequestSucceeded(RestorePointId point, VmId vm, RepositoryId repository, Gate gate) implements ClientReply {}

    /// A disk's epoch as it was between question and answer; without a token, the reason why there is none.
    ///
    /// @param token opaque: two that are equal stand for the same epoch, and nothing else can be read from one
    /// @param dirtyBytes what was written since, in whole granules; null where it could not be counted
    /// @param detail what was seen, for a person
    record EpochAnswered(
            VmId vm,
            DiskId disk,
            TrackerId tracker,
            @Nullable String token,
            @Nullable Instant validSince,
            long granularityBytes,
            @Nullable Long dirtyBytes,
            @Nullable Reason reason,
            @Nullable String detail)
            implements ClientReply {}

    /// What was asked for of a snapshot is done.
    ///
    /// @param members as they were taken
    record SnapshotSucceeded(
            SnapshotId snapshot, SnapshotAction action, VmId vm, Instant takenAt, List<StatedMember> members)
            implements ClientReply {
        public SnapshotSucceeded {
            members = List.copyOf(members);
        }
    }

    /// The gate cannot be passed, the question not be answered, or the snapshot not be had.
    record RequestFailed(FailureReason reason, String detail) implements ClientReply {}
}
