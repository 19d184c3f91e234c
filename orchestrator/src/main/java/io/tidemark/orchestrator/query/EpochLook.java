package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.epoch.EpochStore.Numbered;
import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.query.EpochFacts.Ended;
import io.tidemark.orchestrator.query.EpochFacts.Epochal;
import io.tidemark.orchestrator.query.EpochFacts.Heard;
import io.tidemark.orchestrator.query.EpochFacts.Live;
import io.tidemark.orchestrator.query.EpochFacts.Reach;
import io.tidemark.orchestrator.query.EpochFacts.Silent;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// Reads the facts that a question is decided on.
final class EpochLook {
    private EpochLook() {}

    static EpochFacts facts(EpochBook.Key subject, EpochBook book, Hosts hosts, EpochQuerySupplies supplies) {
        Instant now = supplies.clock().instant();
        Epochal epoch = book.find(subject).map(EpochLook::epochal).orElseGet(() -> never(subject.tracker()));
        Vm vm = hosts.vm(subject.vm()).orElseThrow();
        return new EpochFacts(
                epoch, reach(vm, hosts, now), new QueryId(supplies.ids().get()), now);
    }

    private static Epochal epochal(Numbered row) {
        Epoch epoch = row.epoch();
        return epoch.token() != null && epoch.validSince() != null
                ? new Live(epoch.token(), epoch.validSince())
                : new Ended(Objects.requireNonNullElse(epoch.reason(), Reason.NOT_TRACKED), null);
    }

    private static Epochal never(TrackerId tracker) {
        return new Ended(Reason.NOT_TRACKED, "no backup of tracker " + tracker + " has looked at the disk");
    }

    private static Reach reach(Vm vm, Hosts hosts, Instant now) {
        HostId id = vm.host();
        if (id == null) {
            return new Silent(null, "VM " + vm.name() + ": expected a host, found none that has reported it");
        }
        Optional<Host> granted = hosts.byId(id).filter(host -> host.isGranted(now));
        if (!vm.present() || granted.isEmpty() || granted.get().session() == null) {
            return new Silent(
                    id,
                    vm.present()
                            ? "host " + id + ": expected a granted session, found none"
                            : "host " + id + ": expected a report of VM " + vm.name() + ", found one without it");
        }
        return new Heard(id, granted.get().session());
    }
}
