package io.tidemark.agent.kafka;

import io.tidemark.schemas.id.MessageId;
import java.time.Clock;
import java.util.function.Supplier;

/// Where ids and times of maintenance events come from.
///
/// @param ids never the same twice
public record MaintenanceOrigin(Supplier<MessageId> ids, Clock clock) {}
