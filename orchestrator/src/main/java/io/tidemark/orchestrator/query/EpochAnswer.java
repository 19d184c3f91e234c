package io.tidemark.orchestrator.query;

import io.tidemark.schemas.vocabulary.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is said of a disk's epoch.
public sealed interface EpochAnswer {
    /// The epoch was valid when its host looked, which was after the question.
    ///
    /// @param dirtyBytes what was written since, in whole granules; null where it was not counted
    record Valid(
            String token,
            Instant validSince,
            long granularityBytes,
            @Nullable Long dirtyBytes) implements EpochAnswer {}

    /// There is none, or nobody could tell in time.
    record None(Reason reason, @Nullable String detail) implements EpochAnswer {}
}
