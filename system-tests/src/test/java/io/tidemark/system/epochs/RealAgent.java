package io.tidemark.system.epochs;

import io.tidemark.agent.backup.BackupLimits;
import io.tidemark.agent.backup.BackupPorts;
import io.tidemark.agent.backup.BackupService;
import io.tidemark.agent.backup.ChangeListener;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.PhaseGate;
import io.tidemark.agent.backup.PointBegins;
import io.tidemark.agent.backup.RestWatch;
import io.tidemark.agent.backup.Watches;
import io.tidemark.agent.backup.nbd.NbdDiskSources;
import io.tidemark.agent.epoch.EpochDoubts;
import io.tidemark.agent.inventory.InventoryLooks;
import io.tidemark.agent.inventory.InventoryService;
import io.tidemark.agent.inventory.InventorySettings;
import io.tidemark.agent.inventory.VmLook;
import io.tidemark.agent.libvirt.LibvirtHypervisor;
import io.tidemark.agent.repository.Decoding;
import io.tidemark.agent.repository.FolderRepositories;
import io.tidemark.agent.repository.Repositories;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// The agent's real parts on a real host, all but its guard, its scripts and its threads, and what they have been
/// told. Fields that are not final are of its present life.
final class RealAgent implements AutoCloseable {
    static final RepositoryId REPOSITORY = new RepositoryId("main");
    private static final InventorySettings SETTINGS =
            new InventorySettings("hyper", Duration.ofSeconds(1), Duration.ofDays(1));
    private static final BackupLimits.Rates RATES = BackupLimits.Rates.NONE;

    /// What was seen, in order, and not delivered yet.
    final List<Report> reports = new ArrayList<>();

    final Repositories repositories;

    private final RealHost host;
    private final Path folder;
    private final RealFlaw flaw;
    private final PhaseGate gate;
    private final LongSupplier now;
    private final AtomicLong deaths = new AtomicLong();
    private final AtomicLong starts = new AtomicLong();
    private LibvirtHypervisor libvirt;
    private InventoryService inventory;
    private BackupService service;

    /// A report, and the instant at which the look had ended.
    record Report(VmReport vm, long number) {}

    RealAgent(RealHost host, Path folder, RealFlaw flaw, PhaseGate gate, LongSupplier now) {
        this.host = host;
        this.folder = folder;
        this.flaw = flaw;
        this.gate = gate;
        this.now = now;
        repositories = new FolderRepositories(
                Map.of(
                        REPOSITORY,
                        new FolderRepositories.Location(
                                folder.resolve("repository"), Optional.empty(), true, Decoding.ALL)),
                new FolderRepositories.Signing(OneVmOnOneHost.HOST, folder.resolve("host.key")),
                UUID::randomUUID,
                InstantSource.system());
        repositories.of(REPOSITORY).create();
        libvirt = new LibvirtHypervisor(host.uri(), 4, Duration.ofSeconds(60));
        Watches eyes = watches("doubts");
        inventory = inventory(eyes);
        service = service(eyes);
    }

    /// Another process on the same folders. What the last one had in memory is gone.
    void restart() {
        close();
        libvirt = new LibvirtHypervisor(host.uri(), 4, Duration.ofSeconds(60));
        Watches eyes = watches("doubts");
        inventory = inventory(eyes);
        service = service(eyes);
    }

    private Watches watches(String doubts) {
        return new Watches(new PointBegins(), EpochDoubts.open(folder.resolve(doubts)), new RestWatch());
    }

    private InventoryService inventory(Watches eyes) {
        var hypervisor = new FlawedHypervisor(libvirt, flaw);
        var made = new InventoryService(
                hypervisor,
                new VmLook(hypervisor, eyes),
                this::take,
                SETTINGS,
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        libvirt.onChange(new Told(made));
        libvirt.connect();
        return made;
    }

    private BackupService service(Watches eyes) {
        Watches hands = flaw == RealFlaw.DOUBTS_IGNORED
                ? new Watches(
                        eyes.begins(),
                        EpochDoubts.open(folder.resolve("no-doubts-" + now.getAsLong())),
                        new RestWatch())
                : eyes;
        var ports = new BackupPorts(
                new FlawedHypervisor(libvirt, flaw),
                repositories,
                new NbdDiskSources(Duration.ofSeconds(20)),
                NobodyBeside.GUARDS,
                NobodyBeside.SCRIPTS,
                hands,
                Clock.systemUTC(),
                System::nanoTime);
        var limits = new BackupLimits(folder.resolve("scratch"), folder.resolve("s"), 64 << 20, 1 << 20, RATES);
        return new BackupService(ports, limits, gate);
    }

    /// Passes on what libvirt tells, and counts it.
    private final class Told implements ChangeListener {
        private final ChangeListener inner;

        Told(ChangeListener inner) {
            this.inner = inner;
        }

        @Override
        public void changed() {
            inner.changed();
        }

        @Override
        public void started(DomainUuid domain) {
            inner.started(domain);
            starts.incrementAndGet();
        }

        @Override
        public void died(DomainUuid domain) {
            inner.died(domain);
            deaths.incrementAndGet();
        }

        @Override
        public void reverted(DomainUuid domain) {
            inner.reverted(domain);
        }
    }

    /// libvirtd was away, and the agent has heard of it.
    void awaitLibvirt() {
        RealHost.await("libvirt answering the agent", () -> {
            try {
                return !libvirt.domains().isEmpty();
            } catch (HypervisorUnavailable away) {
                return false;
            }
        });
    }

    /// Does it, and returns when libvirt has told the agent of it.
    void hearsOfAStart(Runnable start) {
        hears("the agent told of a start", starts, start);
    }

    void hearsOfADeath(Runnable death) {
        hears("the agent told of a death", deaths, death);
    }

    private static void hears(String what, AtomicLong count, Runnable cause) {
        long before = count.get();
        cause.run();
        RealHost.await(what, () -> count.get() > before);
    }

    private void take(AgentEvent event) {
        ((InventoryReported) event)
                .vms().stream()
                        .filter(vm -> vm.domain().equals(TrueVm.DOMAIN))
                        .forEach(vm -> reports.add(new Report(told(vm), now.getAsLong())));
    }

    void look(boolean isWished) {
        if (!InventoryLooks.look(inventory, isWished)) {
            throw new AssertionError("a look was skipped");
        }
    }

    VmObserved observe(ObserveVm question) {
        VmObserved seen = inventory.observe(question);
        VmReport vm = seen.vm();
        return new VmObserved(seen.query(), seen.domain(), vm == null ? null : told(vm), seen.detail());
    }

    /// Answers how the attempt ended.
    AgentEvent backup(StartBackup command, Attempt attempt, CompletionStage<?> cancelled) {
        List<AgentEvent> events = new ArrayList<>();
        service.backup(command, attempt, cancelled, events::add);
        return events.getLast();
    }

    void retire(RetireCheckpoints command) {
        service.retire(command, _ -> {});
    }

    private VmReport told(VmReport seen) {
        List<DiskReport> disks = seen.disks().stream().map(this::told).toList();
        return new VmReport(seen.domain(), seen.name(), seen.state(), disks, seen.checkpoints());
    }

    private DiskReport told(DiskReport disk) {
        List<BitmapReport> bitmaps = disk.bitmaps();
        return bitmaps == null || flaw != RealFlaw.DOUBTS_IGNORED
                ? disk
                : disk.withBitmaps(bitmaps.stream()
                        .map(bitmap -> new BitmapReport(
                                bitmap.checkpoint(),
                                bitmap.state(),
                                null,
                                bitmap.granularityBytes(),
                                bitmap.dirtyBytes()))
                        .toList());
    }

    @Override
    public void close() {
        inventory.close();
        service.close();
        libvirt.close();
    }
}
