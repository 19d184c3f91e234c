package io.tidemark.orchestrator.outbox;

import java.util.function.Supplier;

/// The unit of work of every service: state and outbox rows are one transaction, and nothing is sent inside it.
public interface Transactions {
    /// Runs the work in a transaction of its own, or in the caller's if there is one. An exception rolls it back
    /// and rises.
    <T> T call(Supplier<T> work);

    default void run(Runnable work) {
        call(() -> {
            work.run();
            return Boolean.TRUE;
        });
    }
}
