package io.tidemark.orchestrator.outbox;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.SessionId;
import org.jspecify.annotations.Nullable;

/// What is to be sent, before the outbox gives it id, source and time.
///
/// @param key the record's key; what has one key keeps its order
/// @param body a message of a sealed family; null is a tombstone, which removes the key's row
public record OutgoingMessage(
        String topic, String key, @Nullable Object body, String subject, Provenance provenance) {

    /// Whom the message answers, and for which session and attempt it is.
    public record Provenance(
            @Nullable String correlation,
            @Nullable MessageId causation,
            @Nullable SessionId session,
            @Nullable Attempt attempt) {
        public static final Provenance NONE = new Provenance(null, null, null, null);
    }
}
