package io.tidemark.orchestrator.epoch;

import io.tidemark.schemas.vocabulary.Reason;
import org.jspecify.annotations.Nullable;

/// What a host's word makes of an epoch.
public sealed interface Verdict {
    /// Every write since the point is recorded.
    ///
    /// @param dirtyBytes what was written since, in whole granules; null where it was not counted
    record Valid(long granularityBytes, @Nullable Long dirtyBytes) implements Verdict {}

    /// The epoch has ended, whenever that was.
    ///
    /// @param detail what was expected and what was found, for a person
    /// @param diskBytes the disk's virtual size by now; 0 where it is not known
    record Broken(Reason reason, String detail, long diskBytes) implements Verdict {}

    /// Nothing is known by it, and nothing changes.
    record Unknown(String why) implements Verdict {}
}
