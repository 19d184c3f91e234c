package io.tidemark.orchestrator.run;

import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Transactions;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/// Time, fresh ids and attempts, the unit of work, and which repositories there are.
public record RunSupplies(
        Clock clock,
        Supplier<UUID> ids,
        Incarnation incarnation,
        Transactions transactions,
        RepositoryDirectory repositories) {}
