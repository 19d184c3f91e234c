package io.tidemark.orchestrator.host;

import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.TopicRegistry;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Enrols hosts, and answers what is known of them.
@ApplicationScoped
final class HostDirectory implements Hosts {
    private static final Logger LOG = Logger.getLogger(HostDirectory.class);

    private final HostStore store;
    private final Transactions transactions;
    private final TopicRegistry topics;
    private final InventoryRows rows;
    private final Supplier<UUID> ids;
    private final Clock clock;

    HostDirectory(
            HostStore store, Transactions transactions, TopicRegistry topics, Outbox outbox, HostSupplies supplies) {
        this.store = store;
        this.transactions = transactions;
        this.topics = topics;
        this.rows = new InventoryRows(outbox);
        this.ids = supplies.ids();
        this.clock = supplies.clock();
    }

    /// Topics first: a host that is known can be spoken to.
    @Override
    public HostId enrol(String name, @Nullable HostId wanted) {
        HostId id = wanted == null ? new HostId(ids.get()) : wanted;
        topics.makeForHost(id);
        transactions.run(() -> {
            if (store.host(id).isEmpty()) {
                Host host = new Host(id, name, clock.instant(), null, null, null, false, null, 1);
                store.save(host);
                rows.tell(host);
                LOG.infof("host %s enrolled as %s", name, id);
            }
        });
        return id;
    }

    @Override
    public List<Host> all() {
        return transactions.call(store::hosts);
    }

    @Override
    public Optional<Host> byId(HostId host) {
        return transactions.call(() -> store.host(host));
    }

    @Override
    public List<Vm> vms() {
        return transactions.call(store::vms);
    }

    @Override
    public Optional<Vm> vm(VmId vm) {
        return transactions.call(() -> store.vm(vm));
    }

    @Override
    public Optional<Vm> vmByDomain(DomainUuid domain) {
        return transactions.call(() -> store.vmByDomain(domain));
    }

    @Override
    public boolean lock(VmId vm) {
        return store.lockVm(vm).isPresent();
    }

    @Override
    public List<Vm> vmsByName(String name) {
        return transactions.call(() -> store.vmsByName(name));
    }

    @Override
    public List<Disk> disks(VmId vm) {
        return transactions.call(() -> store.disks(vm));
    }
}
