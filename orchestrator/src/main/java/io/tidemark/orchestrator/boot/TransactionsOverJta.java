package io.tidemark.orchestrator.boot;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tidemark.orchestrator.outbox.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/// The container's transactions, joined if there is one.
@ApplicationScoped
final class TransactionsOverJta implements Transactions {
    @Override
    public <T> T call(Supplier<T> work) {
        return QuarkusTransaction.joiningExisting().call(work::get);
    }
}
