package io.tidemark.agent.inventory;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.agent.backup.Watches;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Looks at one VM: its disks, its checkpoints, and what the bitmaps of ours are good for. What it is told between
/// two looks makes it doubt bitmaps that seem to be sound. Safe for many threads.
public final class VmLook {
    private static final Logger LOG = Logger.getLogger(VmLook.class);
    private static final String UNKNOWN = "unknown";
    private static final int LOOKS_MAX = 3;
    private static final BitmapView MISSING = new BitmapView(BitmapState.MISSING, 0, OptionalLong.empty());

    private final Hypervisor hypervisor;
    private final Watches watches;
    /// Domains that were seen with a checkpoint of ours: of the others QEMU is not asked for bitmaps.
    private final Set<DomainUuid> marked = ConcurrentHashMap.newKeySet();
    private final Set<DomainUuid> died = ConcurrentHashMap.newKeySet();

    public VmLook(Hypervisor hypervisor, Watches watches) {
        this.hypervisor = hypervisor;
        this.watches = watches;
    }

    /// What was seen, and what it was seen after.
    ///
    /// @param begun as [PointBegins#count] was before
    /// @param moves as [io.tidemark.agent.epoch.ImageLineage#moves] was before
    record Seen(VmReport report, long begun, long moves) {}

    /// How the hypervisor is asked for bitmaps.
    private interface Bitmaps {
        Map<String, Map<String, BitmapView>> of(DomainUuid domain);
    }

    /// See [io.tidemark.agent.backup.ChangeListener#started].
    public void started(DomainUuid domain) {
        watches.rest().started(domain);
    }

    /// See [io.tidemark.agent.backup.ChangeListener#died].
    public void died(DomainUuid domain) {
        died.add(domain);
    }

    /// See [io.tidemark.agent.backup.ChangeListener#reverted].
    public void reverted(DomainUuid domain) {
        watches.doubts().cast(domain, Reason.REVERTED_OR_RESTORED);
    }

    /// What is seen of a domain now, as it is worth saying. Fails as the hypervisor does.
    public VmReport report(DomainView listed) {
        return still(listed, hypervisor::bitmaps);
    }

    /// The same with how much each bitmap names, be the domain off or not, where it can be counted.
    public VmReport countedReport(DomainView listed) {
        return still(listed, hypervisor::countedBitmaps);
    }

    /// Looks again if images moved meanwhile: part of what was seen may be of before, and part of after.
    private VmReport still(DomainView listed, Bitmaps asked) {
        Seen seen = look(listed, asked);
        for (int looks = 1;
                looks < LOOKS_MAX && seen.moves() != watches.lineage().moves();
                looks++) {
            seen = look(listed, asked);
        }
        return worth(seen);
    }

    /// One look. [HypervisorUnavailable] if libvirt is away; what else cannot be looked at is left out.
    Seen look(DomainView listed) {
        return look(listed, hypervisor::bitmaps);
    }

    private Seen look(DomainView listed, Bitmaps asked) {
        DomainUuid uuid = listed.uuid();
        long begun = watches.begins().count(uuid);
        long moves = watches.lineage().moves();
        Optional<List<String>> checkpoints = checkpoints(uuid);
        Optional<Map<String, Map<String, BitmapView>>> found =
                checkpoints.flatMap(names -> bitmaps(uuid, ours(names), asked));
        DomainView domain = again(listed);
        List<String> names = checkpoints.orElse(List.of());
        Optional<Map<String, Map<String, BitmapView>>> bitmaps = found.map(all -> whole(domain, ours(names), all));
        boolean isMoving = watches.lineage().isHeld(uuid);
        if (!isMoving) {
            bitmaps.ifPresent(all -> doubt(domain, all, begun));
        }
        List<DiskReport> disks = domain.disks().stream()
                .map(disk -> report(
                        uuid,
                        disk,
                        bitmaps.filter(_ -> !isMoving)
                                .map(all -> all.getOrDefault(disk.target(), Map.of()))
                                .orElse(null)))
                .toList();
        return new Seen(new VmReport(uuid, domain.name(), domain.state(), disks, names), begun, moves);
    }

    /// A domain that is being started shows only part of its images until QEMU answers, which it has by now. One
    /// that is gone by now is missed by the next look.
    private DomainView again(DomainView listed) {
        try {
            return marked.contains(listed.uuid()) ? hypervisor.domain(listed.uuid()) : listed;
        } catch (NoSuchDomain gone) {
            return listed;
        }
    }

    /// The report as it is worth saying now: without bitmaps if a point in time was being taken meanwhile, as they
    /// may be older than the point.
    VmReport worth(Seen seen) {
        VmReport report = seen.report();
        if (watches.begins().count(report.domain()) == seen.begun()) {
            return report;
        }
        List<DiskReport> disks =
                report.disks().stream().map(disk -> disk.withBitmaps(null)).toList();
        return new VmReport(report.domain(), report.name(), report.state(), disks, report.checkpoints());
    }

    /// Empty if they cannot be told now.
    private Optional<List<String>> checkpoints(DomainUuid domain) {
        try {
            return Optional.of(hypervisor.checkpoints(domain).stream().sorted().toList());
        } catch (HypervisorUnavailable away) {
            throw away;
        } catch (HypervisorException notNow) {
            LOG.debugf("checkpoints of domain %s: not looked at: %s", domain, notNow.getMessage());
            return Optional.empty();
        }
    }

    private static List<String> ours(List<String> checkpoints) {
        return checkpoints.stream()
                .filter(name -> name.startsWith(BackupOrder.MARK))
                .toList();
    }

    /// By disk. Empty if they cannot be told now.
    private Optional<Map<String, Map<String, BitmapView>>> bitmaps(
            DomainUuid domain, List<String> checkpoints, Bitmaps asked) {
        if (!checkpoints.isEmpty()) {
            marked.add(domain);
        }
        if (!marked.contains(domain)) {
            return Optional.of(Map.of());
        }
        try {
            return Optional.of(asked.of(domain));
        } catch (HypervisorUnavailable away) {
            throw away;
        } catch (HypervisorException notNow) {
            LOG.debugf("bitmaps of domain %s: not looked at: %s", domain, notNow.getMessage());
            return Optional.empty();
        }
    }

    /// Of each disk that can have any, those that there are and those that should be.
    private static Map<String, Map<String, BitmapView>> whole(
            DomainView domain, List<String> checkpoints, Map<String, Map<String, BitmapView>> found) {
        Map<String, Map<String, BitmapView>> whole = new HashMap<>();
        for (DomainDisk disk : domain.disks()) {
            Map<String, BitmapView> ofDisk = new TreeMap<>(found.getOrDefault(disk.target(), Map.of()));
            if (disk.isTrackable()) {
                checkpoints.forEach(name -> ofDisk.putIfAbsent(name, MISSING));
            }
            whole.put(disk.target(), ofDisk);
        }
        return whole;
    }

    /// A QEMU that dies leaves the bitmaps inconsistent that it had read from an image; those that it made itself
    /// it never wrote there. Bitmaps that may be older than a point are not all that there are, so what was cast
    /// on all waits for the next look.
    private void doubt(DomainView domain, Map<String, Map<String, BitmapView>> bitmaps, long begun) {
        Set<String> names = new TreeSet<>();
        bitmaps.values().forEach(each -> names.addAll(each.keySet()));
        if (watches.begins().count(domain.uuid()) == begun) {
            watches.doubts().settle(domain.uuid(), names);
        }
        for (String target : changedAtRest(domain)) {
            watches.doubt(domain, target, names, Reason.CHANGED_OFFLINE);
        }
        if (died.remove(domain.uuid())) {
            bitmaps.forEach((target, views) -> {
                Set<String> lost = new TreeSet<>(views.keySet());
                lost.removeIf(name -> !MISSING.equals(views.get(name)));
                watches.doubt(domain, target, lost, Reason.BITMAP_INCONSISTENT);
            });
        }
    }

    /// A domain is not off any more, for libvirt, before its QEMU opens an image (`qemuProcessInit`): what changed
    /// while it was off, and still is, was changed by somebody else.
    private Set<String> changedAtRest(DomainView domain) {
        if (domain.state() == VmState.OFF) {
            Set<String> changed = watches.rest().changed(domain);
            if (changed.isEmpty() || hypervisor.domain(domain.uuid()).state() == VmState.OFF) {
                return changed;
            }
        }
        watches.rest().started(domain.uuid());
        return Set.of();
    }

    private DiskReport report(DomainUuid domain, DomainDisk disk, @Nullable Map<String, BitmapView> bitmaps) {
        List<BitmapReport> reports = bitmaps == null
                ? null
                : bitmaps.entrySet().stream()
                        .map(each -> report(domain, disk, each.getKey(), each.getValue()))
                        .toList();
        return new DiskReport(
                disk.target(),
                disk.serial().orElse(null),
                disk.format().equals("qcow2") ? ImageFormat.QCOW2 : ImageFormat.RAW,
                disk.virtualSizeBytes().orElse(0),
                disk.imageIdentity()
                        .map(image -> watches.lineage().of(domain, disk.target(), image))
                        .orElse(UNKNOWN),
                disk.isTrackable(),
                disk.untrackable().orElse(null),
                reports);
    }

    private BitmapReport report(DomainUuid domain, DomainDisk disk, String checkpoint, BitmapView bitmap) {
        Long dirtyBytes = bitmap.dirtyBytes().isPresent() ? bitmap.dirtyBytes().getAsLong() : null;
        return new BitmapReport(
                checkpoint,
                bitmap.state(),
                watches.doubted(domain, checkpoint, List.of(disk)).get(disk.target()),
                bitmap.granularityBytes(),
                dirtyBytes);
    }

    /// The same without how much is dirty, which changes all the time.
    static DiskReport uncounted(DiskReport disk) {
        List<BitmapReport> bitmaps = disk.bitmaps();
        return bitmaps == null
                ? disk
                : disk.withBitmaps(bitmaps.stream()
                        .map(each -> new BitmapReport(
                                each.checkpoint(), each.state(), each.doubt(), each.granularityBytes(), null))
                        .toList());
    }
}
