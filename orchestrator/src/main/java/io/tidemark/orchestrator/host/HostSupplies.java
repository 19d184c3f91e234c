package io.tidemark.orchestrator.host;

import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/// Time, fresh ids and limits for this feature.
public record HostSupplies(Clock clock, Supplier<UUID> ids, SessionLimits limits) {}
