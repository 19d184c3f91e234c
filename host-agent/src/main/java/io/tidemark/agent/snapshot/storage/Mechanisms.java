package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.util.Optional;

/// What all mechanisms refuse in the same words.
final class Mechanisms {
    private Mechanisms() {}

    /// `mechanism-unavailable` if something is missing.
    static void require(Volume volume, SnapshotMechanism mechanism, Optional<String> whyNot) {
        if (whyNot.isPresent()) {
            throw new SnapshotException(
                    FailureReason.MECHANISM_UNAVAILABLE, volume + ", " + mechanism.code() + ": " + whyNot.get());
        }
    }
}
