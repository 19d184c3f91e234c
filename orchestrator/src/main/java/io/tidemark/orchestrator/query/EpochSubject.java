package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/// Whom a question means.
sealed interface EpochSubject {
    /// One disk of one VM.
    record Found(EpochBook.Key key) implements EpochSubject {}

    /// Nobody; the refusal names what is there.
    record NotFound(FailureReason reason, Refusal refusal) implements EpochSubject {}

    /// The VM by id, or by name: then one that is on its host, if only one is; the disk by target or id.
    static EpochSubject of(Hosts hosts, QueryEpoch wish) {
        if ((wish.vm() == null) == (wish.vmName() == null)) {
            String found = wish.vm() == null ? "neither" : "both";
            return new NotFound(
                    FailureReason.MESSAGE_MALFORMED, new Refusal.Invalid("vm", "either vm or vmName", found));
        }
        List<Vm> meant =
                wish.vm() != null ? hosts.vm(wish.vm()).stream().toList() : named(hosts, String.valueOf(wish.vmName()));
        if (meant.size() != 1) {
            String by = wish.vm() != null ? "the id " + wish.vm() : "the name \"" + wish.vmName() + "\"";
            return new NotFound(
                    FailureReason.NO_SUCH_VM,
                    meant.isEmpty()
                            ? new Refusal.NoSuch("VM", by)
                            : new Refusal.Conflict("VM", "one with " + by, "those with the ids " + ids(meant)));
        }
        return inVm(hosts, meant.getFirst(), wish);
    }

    private static List<Vm> named(Hosts hosts, String name) {
        List<Vm> all = hosts.vmsByName(name);
        List<Vm> present = all.stream().filter(Vm::present).toList();
        return present.isEmpty() ? all : present;
    }

    private static String ids(List<Vm> vms) {
        return vms.stream().map(vm -> vm.id().toString()).collect(Collectors.joining(", "));
    }

    private static EpochSubject inVm(Hosts hosts, Vm vm, QueryEpoch wish) {
        List<Disk> disks = hosts.disks(vm.id());
        Optional<Disk> meant = disks.stream()
                .filter(disk -> (disk.present() && disk.target().equals(wish.disk()))
                        || disk.id().toString().equals(wish.disk()))
                .findFirst();
        if (meant.isEmpty()) {
            List<String> there =
                    disks.stream().filter(Disk::present).map(Disk::target).toList();
            return new NotFound(
                    FailureReason.MESSAGE_MALFORMED,
                    new Refusal.NoSuch("disk", "\"" + wish.disk() + "\"; VM " + vm.name() + " has " + there));
        }
        TrackerId tracker = Objects.requireNonNullElse(wish.tracker(), TrackerId.DEFAULT);
        return new Found(new EpochBook.Key(vm.id(), meant.get().id(), tracker));
    }
}
