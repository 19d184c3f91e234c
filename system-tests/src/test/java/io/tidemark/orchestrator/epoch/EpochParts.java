package io.tidemark.orchestrator.epoch;

import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.InventoryListener;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.Transactions;

/// Makes what only this package can.
public final class EpochParts {
    private EpochParts() {}

    public static EpochBook book(EpochStore store, Hosts hosts, Outbox outbox, Transactions transactions) {
        return new EpochBook(store, hosts, outbox, transactions);
    }

    public static InventoryListener watch(Hosts hosts, EpochBook book) {
        return new EpochWatch(hosts, book);
    }
}
