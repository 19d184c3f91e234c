package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome.Refused;
import io.tidemark.orchestrator.snapshot.SnapshotWish.OfVm;
import io.tidemark.orchestrator.snapshot.SnapshotWish.OfVolumes;
import io.tidemark.schemas.command.AgentCommand.VolumeOrder;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds what a wish means among what hosts have reported. Joins the caller's transaction.
@ApplicationScoped
public final class SnapshotSubjects {
    private static final int VOLUMES_MAX = 64;

    private final Hosts hosts;

    SnapshotSubjects(Hosts hosts) {
        this.hosts = hosts;
    }

    /// What a wish means.
    sealed interface Found {}

    /// One VM, or volumes of one host.
    ///
    /// @param vm null for volumes that no VM has
    /// @param host null for a VM, which may move
    /// @param volumes empty for all disks of the VM
    record Meant(@Nullable VmId vm, @Nullable HostId host, List<VolumeOrder> volumes) implements Found {
        Meant {
            volumes = List.copyOf(volumes);
        }
    }

    record Nobody(Refused why) implements Found {}

    Found find(SnapshotWish wish) {
        return switch (wish.of()) {
            case OfVm of -> ofVm(of, wish.mechanisms());
            case OfVolumes of -> ofVolumes(of, wish);
        };
    }

    /// The one VM that is meant by an id or by a name: of several of that name, the one that its host reports now.
    ///
    /// @throws Refusal if there is none, or more than one
    public Vm vm(@Nullable VmId id, @Nullable String name) {
        if ((id == null) == (name == null)) {
            throw new Refusal.Invalid("vm", "either vm or vmName", id == null ? "neither" : "both");
        }
        List<Vm> meant = id != null ? hosts.vm(id).stream().toList() : named(String.valueOf(name));
        if (meant.size() == 1) {
            return meant.getFirst();
        }
        String by = id != null ? "the id " + id : "the name \"" + name + "\"";
        throw meant.isEmpty()
                ? new Refusal.NoSuch("VM", by)
                : new Refusal.Conflict(
                        "VM",
                        "one with " + by,
                        "those with the ids "
                                + meant.stream().map(vm -> vm.id().toString()).collect(Collectors.joining(", ")));
    }

    private List<Vm> named(String name) {
        List<Vm> all = hosts.vmsByName(name);
        List<Vm> present = all.stream().filter(Vm::present).toList();
        return present.isEmpty() ? all : present;
    }

    private Found ofVm(OfVm of, Map<String, SnapshotMechanism> mechanisms) {
        Vm vm;
        try {
            vm = vm(of.vm(), of.vmName());
        } catch (Refusal.Invalid invalid) {
            return new Nobody(new Refused(FailureReason.MESSAGE_MALFORMED, invalid));
        } catch (Refusal none) {
            return new Nobody(new Refused(FailureReason.NO_SUCH_VM, none));
        }
        List<String> there = hosts.disks(vm.id()).stream()
                .filter(Disk::present)
                .map(Disk::target)
                .toList();
        List<String> wanted = new ArrayList<>(Objects.requireNonNullElse(of.disks(), there));
        List<String> named = new ArrayList<>(wanted);
        named.addAll(mechanisms.keySet());
        for (String target : named) {
            if (!there.contains(target)) {
                return new Nobody(new Refused(
                        FailureReason.NO_SUCH_VOLUME,
                        new Refusal.NoSuch("disk", "\"" + target + "\"; VM " + vm.name() + " has " + there)));
            }
        }
        boolean isWhole = of.disks() == null && mechanisms.isEmpty();
        return isWhole ? new Meant(vm.id(), null, List.of()) : chosen(vm, wanted, mechanisms);
    }

    private static Found chosen(Vm vm, List<String> targets, Map<String, SnapshotMechanism> mechanisms) {
        if (targets.isEmpty()) {
            return nobody("disks", "at least one, or none named for all", "none");
        }
        Set<String> seen = new HashSet<>();
        List<VolumeOrder> orders = new ArrayList<>();
        for (String target : targets) {
            if (!seen.add(target)) {
                return nobody("disks", "each disk once", "\"" + target + "\" twice");
            }
            orders.add(new VolumeOrder(target, null, null, mechanisms.get(target)));
        }
        return seen.containsAll(mechanisms.keySet())
                ? new Meant(vm.id(), null, orders)
                : nobody("mechanisms", "those of the disks " + seen, "those of " + mechanisms.keySet());
    }

    /// Whether a host can look for it: an absolute path, or the name of a storage pool, a slash, and that of a
    /// volume.
    public static boolean isPlace(String text) {
        int slash = text.indexOf('/');
        boolean isInPool = slash > 0 && slash == text.lastIndexOf('/') && slash < text.length() - 1;
        return (slash == 0 || isInPool) && text.indexOf('\0') < 0;
    }

    private Found ofVolumes(OfVolumes of, SnapshotWish wish) {
        if (hosts.byId(of.host()).isEmpty()) {
            return new Nobody(new Refused(FailureReason.NO_SUCH_HOST, new Refusal.NoSuch("host", of.host())));
        }
        if (wish.memory()) {
            return nobody("memory", "none of volumes that no VM has", "true");
        }
        if (of.paths().isEmpty() || of.paths().size() > VOLUMES_MAX) {
            return nobody(
                    "volumes",
                    "1 to " + VOLUMES_MAX,
                    Integer.toString(of.paths().size()));
        }
        Set<String> seen = new HashSet<>();
        List<VolumeOrder> orders = new ArrayList<>();
        for (String path : of.paths()) {
            if (!isPlace(path)) {
                return nobody(
                        "volumes",
                        "absolute paths on the host, or POOL/VOLUME",
                        "\"" + path.replace("\0", "\\0") + "\"");
            }
            if (!seen.add(path)) {
                return nobody("volumes", "each volume once", "\"" + path + "\" twice");
            }
            orders.add(new VolumeOrder(null, path, null, wish.mechanisms().get(path)));
        }
        return seen.containsAll(wish.mechanisms().keySet())
                ? new Meant(null, of.host(), orders)
                : nobody(
                        "mechanisms",
                        "those of the volumes " + seen,
                        "those of " + wish.mechanisms().keySet());
    }

    private static Found nobody(String field, String expected, String found) {
        return new Nobody(SnapshotRules.malformed(field, expected, found).orElseThrow());
    }
}
