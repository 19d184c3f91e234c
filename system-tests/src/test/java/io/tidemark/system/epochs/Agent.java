package io.tidemark.system.epochs;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.PointBegins;
import io.tidemark.agent.backup.RestWatch;
import io.tidemark.agent.backup.Watches;
import io.tidemark.agent.epoch.EpochDoubts;
import io.tidemark.agent.inventory.InventoryLooks;
import io.tidemark.agent.inventory.InventoryService;
import io.tidemark.agent.inventory.InventorySettings;
import io.tidemark.agent.inventory.VmLook;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The agent's real eyes and its memory, and what they have been told. Fields that are not final are its state.
final class Agent {
    static final Duration AT_LEAST_EVERY = Duration.ofDays(1);

    final PointBegins begins = new PointBegins();
    /// What was seen, in order, and not delivered yet.
    final List<Report> reports = new ArrayList<>();

    private final TrueVm vm;
    private final EpochFlaw flaw;
    final RestWatch rest = new RestWatch();
    private final Watches watches;
    private final VmLook look;
    private final InventoryService inventory;
    private final Deque<Consumer<VmLook>> untold = new ArrayDeque<>();
    private @Nullable VmReport last;
    private long looks;

    /// A report, and the instant at which the look had ended.
    record Report(VmReport vm, long number) {}

    Agent(TrueVm vm, Path doubted, EpochFlaw flaw, Clock clock) {
        this.vm = vm;
        this.flaw = flaw;
        var counted = flaw == EpochFlaw.BEGINS_NOT_COUNTED ? new PointBegins() : begins;
        watches = new Watches(counted, EpochDoubts.open(doubted), rest);
        look = new VmLook(vm, watches);
        var settings = new InventorySettings("hyper", Duration.ofSeconds(1), AT_LEAST_EVERY);
        inventory = new InventoryService(vm, look, event -> take(event, clock), settings, clock::millis);
    }

    /// Time as a count.
    interface Clock {
        long number();

        default long millis() {
            return number() * 1000;
        }
    }

    private void take(AgentEvent event, Clock clock) {
        VmReport seen = ((InventoryReported) event).vms().getFirst();
        last = told(seen);
        reports.add(new Report(last, clock.number()));
    }

    /// The hypervisor has something to tell, which it does before the next look.
    void hears(Consumer<VmLook> event) {
        untold.add(event);
    }

    void hearAll() {
        while (!untold.isEmpty()) {
            untold.remove().accept(look);
        }
    }

    /// How many looks have ended.
    long looks() {
        return looks;
    }

    void look(boolean isWished) {
        hearAll();
        if (!InventoryLooks.look(inventory, isWished)) {
            throw new AssertionError("a look was skipped");
        }
        looks++;
    }

    VmObserved observe(ObserveVm question) {
        hearAll();
        VmReport before = last;
        VmObserved seen = inventory.observe(question);
        looks++;
        VmReport now = seen.vm();
        if (now == null) {
            throw new AssertionError("a look was skipped: " + seen.detail());
        }
        last = told(now);
        VmReport answer = flaw == EpochFlaw.EARLIER_LOOK_TOLD && before != null ? before : last;
        return new VmObserved(seen.query(), seen.domain(), answer, null);
    }

    /// As `BackupAttempt` does before it plans a point at rest.
    void doubtWhatChangedAtRest(DomainView off) {
        if (flaw != EpochFlaw.REST_TRUSTED) {
            Map<String, Map<String, BitmapView>> bitmaps = vm.bitmaps(TrueVm.DOMAIN);
            Set<String> changed = rest.changed(off);
            changed.forEach(target -> watches.doubt(
                    off, target, bitmaps.getOrDefault(target, Map.of()).keySet(), Reason.CHANGED_OFFLINE));
            rest.forget(off, changed);
        }
    }

    Map<String, Reason> doubts(DomainView seen, String checkpoint) {
        return flaw == EpochFlaw.DOUBTS_IGNORED ? Map.of() : watches.doubted(TrueVm.DOMAIN, checkpoint, seen.disks());
    }

    private VmReport told(VmReport seen) {
        List<DiskReport> disks = seen.disks().stream().map(this::told).toList();
        var checkpoints = new TreeSet<>(seen.checkpoints());
        if (flaw == EpochFlaw.CHECKPOINT_IGNORED) {
            disks.stream()
                    .filter(disk -> disk.bitmaps() != null)
                    .flatMap(disk -> disk.bitmaps().stream())
                    .filter(bitmap -> bitmap.state() == BitmapState.RECORDING)
                    .map(BitmapReport::checkpoint)
                    .filter(name -> name.startsWith(BackupOrder.MARK))
                    .forEach(checkpoints::add);
        }
        return new VmReport(seen.domain(), seen.name(), seen.state(), disks, List.copyOf(checkpoints));
    }

    private DiskReport told(DiskReport disk) {
        List<BitmapReport> bitmaps = disk.bitmaps();
        return bitmaps == null || flaw != EpochFlaw.DOUBTS_IGNORED
                ? disk
                : disk.withBitmaps(bitmaps.stream().map(Agent::undoubted).toList());
    }

    private static BitmapReport undoubted(BitmapReport bitmap) {
        return new BitmapReport(
                bitmap.checkpoint(), bitmap.state(), null, bitmap.granularityBytes(), bitmap.dirtyBytes());
    }
}
