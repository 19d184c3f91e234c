package io.tidemark.orchestrator.inbox;

import io.tidemark.schemas.envelope.Envelope;

/// A message as it was heard, and where: who may say what is judged by the topic, never by the body.
public record Received<T>(Place place, Envelope<T> envelope) {
    /// Where a record lies.
    public record Place(String topic, int partition, long offset) {}
}
