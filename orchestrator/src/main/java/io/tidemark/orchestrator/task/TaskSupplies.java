package io.tidemark.orchestrator.task;

import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Transactions;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/// Time, fresh ids and attempts, limits, the unit of work, and those who want to hear of tasks.
public record TaskSupplies(
        Clock clock,
        Supplier<UUID> ids,
        Incarnation incarnation,
        TaskLimits limits,
        Transactions transactions,
        TaskNews news) {}
