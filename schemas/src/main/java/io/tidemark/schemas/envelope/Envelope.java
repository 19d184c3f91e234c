package io.tidemark.schemas.envelope;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A message with its provenance. `time` is for people: no decision is taken by it.
public record Envelope<T>(
        MessageId id,
        T body,
        String source,
        String subject,
        Instant time,
        @Nullable String correlation,
        @Nullable MessageId causation,
        @Nullable SessionId session,
        @Nullable Attempt attempt) {}
