package io.tidemark.orchestrator.epoch;

import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.InventoryListener;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.EpochInvalidated;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Ends an epoch within seconds of the break that the VM's own host reports; another host's word is ignored.
@ApplicationScoped
final class EpochWatch implements MessageHandler, InventoryListener {
    private static final Logger LOG = Logger.getLogger(EpochWatch.class);

    private final Hosts hosts;
    private final EpochBook book;

    EpochWatch(Hosts hosts, EpochBook book) {
        this.hosts = hosts;
        this.book = book;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(EpochInvalidated.class);
    }

    /// A disk that its host no longer names has no epoch, or its newest point would be kept for ever.
    @Override
    public void reported(Vm vm, List<String> checkpoints) {
        Set<DiskId> present = hosts.disks(vm.id()).stream()
                .filter(Disk::present)
                .map(Disk::id)
                .collect(Collectors.toSet());
        for (Epoch epoch : book.of(vm.id())) {
            if (epoch.isLive() && !present.contains(epoch.disk())) {
                LOG.infof("VM %s: disk %s is not there any more, its epoch ends", vm.id(), epoch.disk());
                book.end(new EpochBook.Key(vm.id(), epoch.disk(), epoch.tracker()), Reason.NOT_TRACKED);
            }
        }
    }

    @Override
    public void handle(Received<?> received) {
        HostId speaker = Topics.hostOfEvents(received.place().topic()).orElseThrow();
        EpochInvalidated event = (EpochInvalidated) received.envelope().body();
        Optional<Vm> vm = hosts.vmByDomain(event.domain()).filter(found -> speaker.equals(found.host()));
        if (vm.isEmpty() || !hosts.lock(vm.get().id())) {
            LOG.infof("ignored a broken bitmap of domain %s, which is not placed on host %s", event.domain(), speaker);
            return;
        }
        for (Disk disk : hosts.disks(vm.get().id())) {
            if (disk.present() && disk.target().equals(event.target())) {
                LOG.infof(
                        "VM %s disk %s: %s: %s",
                        disk.vm(), disk.target(), event.reason().code(), event.detail());
                book.end(new EpochBook.Key(disk.vm(), disk.id(), event.tracker()), event.reason());
            }
        }
    }
}
