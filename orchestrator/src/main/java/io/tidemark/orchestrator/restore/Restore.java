package io.tidemark.orchestrator.restore;

import io.tidemark.schemas.id.TaskId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One restore and how it goes.
///
/// @param bytesTotal 0 until the host has said how much it will write
/// @param detail what the host said of a failure
public record Restore(
        TaskId id,
        RestoreOrder order,
        RestoreState state,
        long bytesTotal,
        @Nullable String detail,
        Instant createdAt,
        Instant deadlineAt,
        @Nullable Instant endedAt) {
    /// The same in another state; a terminal one ends it.
    Restore in(RestoreState next, Instant now) {
        return new Restore(
                id, order, next, bytesTotal, detail, createdAt, deadlineAt, next.isTerminal() ? now : endedAt);
    }

    Restore withTotal(long total) {
        return new Restore(id, order, state, total, detail, createdAt, deadlineAt, endedAt);
    }

    Restore withDetail(String said) {
        return new Restore(id, order, state, bytesTotal, said, createdAt, deadlineAt, endedAt);
    }
}
