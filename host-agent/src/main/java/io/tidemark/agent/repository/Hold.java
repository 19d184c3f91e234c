package io.tidemark.agent.repository;

import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.RestorePointId;
import java.time.Instant;

/// Keeps a point from being removed until it is released.
///
/// @param reason for people, at most {@link #REASON_CHARACTERS_MAX} characters
public record Hold(HoldId id, RestorePointId point, String reason, Instant heldAt) {
    public static final int REASON_CHARACTERS_MAX = 1000;

    public Hold {
        if (reason.isBlank() || reason.length() > REASON_CHARACTERS_MAX) {
            throw new IllegalArgumentException("Hold: expected a reason of 1 to " + REASON_CHARACTERS_MAX
                    + " characters, found " + reason.length());
        }
    }
}
