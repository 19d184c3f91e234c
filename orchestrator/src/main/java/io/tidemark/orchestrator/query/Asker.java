package io.tidemark.orchestrator.query;

import io.tidemark.schemas.id.ClientId;

/// A client that asked by topic, and what its reply bears.
public record Asker(ClientId client, String correlation) {}
