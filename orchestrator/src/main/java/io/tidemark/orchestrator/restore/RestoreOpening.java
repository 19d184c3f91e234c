package io.tidemark.orchestrator.restore;

import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.schemas.id.TaskId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;

/// Opens restores that people ask for.
@ApplicationScoped
public final class RestoreOpening {
    private final RestorePlanner planner;
    private final RestoreService service;
    private final Incarnation incarnation;
    private final Transactions transactions;
    private final Minting minting;

    /// Where ids and times of new restores come from.
    ///
    /// @param deadline how long a restore may take, waiting for its host included
    public record Minting(Supplier<UUID> ids, Clock clock, Duration deadline) {}

    RestoreOpening(
            RestorePlanner planner,
            RestoreService service,
            Incarnation incarnation,
            Transactions transactions,
            Minting minting) {
        this.planner = planner;
        this.service = service;
        this.incarnation = incarnation;
        this.transactions = transactions;
        this.minting = minting;
    }

    /// Checks the request and opens the restore. A request that names what is not there is refused.
    public Restore open(RestoreRequest request) {
        return transactions.call(() -> {
            RestoreOrder order = planner.plan(request);
            Instant now = minting.clock().instant();
            TaskId id = new TaskId(minting.ids().get());
            service.open(new Restore(
                    id,
                    order,
                    new RestoreState.Waiting(incarnation.nextAttempt()),
                    0,
                    null,
                    now,
                    now.plus(minting.deadline()),
                    null));
            return service.restore(id);
        });
    }
}
