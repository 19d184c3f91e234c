package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidemark.agent.epoch.EpochDoubts;
import io.tidemark.agent.repository.Device;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.Part;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.Repositories;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.RepositoryException.NoSuchRepository;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.agent.repository.TestRepositories;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.BackupStarted;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A backup service over fakes, with one domain: `vda` in qcow2, `vdb` raw and of an odd size.
final class BackupLab {
    static final VmId VM = new VmId(new UUID(1, 1));
    private static final List<String> TARGETS = List.of("vda", "vdb");
    private static final RepositoryId MAIN = new RepositoryId("main");

    final ScriptedHypervisor hypervisor = new ScriptedHypervisor();
    final FakeGuards guards = new FakeGuards();
    final FakeScripts scripts = new FakeScripts(hypervisor.calls);
    final List<AgentEvent> events = new ArrayList<>();
    final CompletableFuture<String> cancelled = new CompletableFuture<>();
    final ScriptedDomain domain = addDomain("vm");
    final FailingRepository repository;
    final PointBegins begins = new PointBegins();
    final RestWatch rest = new RestWatch();
    final EpochDoubts doubts;
    private final Path folder;
    private final BackupPorts ports;
    private int attempts;
    // not final: tests set them
    PhaseGate gate = PhaseGate.OPEN;
    Runnable onStarted = () -> {};
    BackupService service;
    private BackupLimits.Rates rates = BackupLimits.Rates.NONE;

    BackupLab(Path folder) {
        this.folder = folder;
        doubts = EpochDoubts.open(folder.resolve("doubts"));
        repository = new FailingRepository(TestRepositories.folder(folder.resolve("repository")));
        repository.create();
        domain.addDisk("vda", "qcow2", 3 << 20);
        domain.addDisk("vdb", "raw", (1 << 20) + 777);
        domain.write("vda", 70_000, 150_000, 1);
        domain.write("vdb", (1 << 20) - 5, 700, 2);
        var nanos = new AtomicLong();
        Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
        ports = new BackupPorts(
                hypervisor,
                repositories(),
                domain,
                guards,
                scripts,
                new Watches(begins, doubts, rest),
                clock,
                () -> nanos.addAndGet(1_000_000));
        service = service(1);
    }

    private Repositories repositories() {
        Map<RepositoryId, Repository> known = Map.of(
                MAIN, repository, new RepositoryId("uncreated"), TestRepositories.folder(folder.resolve("nowhere")));
        return id -> {
            Repository found = known.get(id);
            if (found == null) {
                throw new NoSuchRepository("repository " + id + ": expected one of " + known.keySet());
            }
            return found;
        };
    }

    private BackupService service(long scratchLeastBytes) {
        var limits = new BackupLimits(scratch(), folder.resolve("s"), 1 << 20, scratchLeastBytes, rates);
        return new BackupService(ports, limits, phase -> gate.reached(phase));
    }

    private Path scratch() {
        return folder.resolve("scratch");
    }

    BackupLab withScratchLeast(long bytes) {
        service.close();
        service = service(bytes);
        return this;
    }

    BackupLab withRates(BackupLimits.Rates other) {
        service.close();
        rates = other;
        service = service(1);
        return this;
    }

    ScriptedDomain addDomain(String name) {
        var added = new ScriptedDomain(new DomainUuid(new UUID(5, name.length())), name);
        hypervisor.add(added);
        return added;
    }

    Attempt attempt() {
        return new Attempt(1, attempts);
    }

    StartBackup full() {
        return command(null, MAIN, domain.uuid, 60_000);
    }

    StartBackup increment(BackupCompleted parent) {
        return command(parent, MAIN, domain.uuid, 60_000);
    }

    StartBackup differential(BackupCompleted full) {
        StartBackup increment = increment(full);
        List<DiskOrder> disks = increment.disks().stream()
                .map(order -> order.level() == Level.FULL
                        ? order
                        : new DiskOrder(
                                order.disk(),
                                order.target(),
                                order.serial(),
                                order.level(),
                                Reason.DIFFERENTIAL,
                                order.parentImageIdentity()))
                .toList();
        return new StartBackup(
                increment.task(),
                increment.point(),
                increment.vm(),
                increment.domain(),
                increment.tracker(),
                increment.repository(),
                increment.parent(),
                disks,
                increment.quiesce(),
                increment.freezeTimeoutMillis(),
                increment.deadlineMillis(),
                null,
                null);
    }

    StartBackup withDeadline(long millis) {
        return command(null, MAIN, domain.uuid, millis);
    }

    StartBackup withRepository(String id) {
        return command(null, new RepositoryId(id), domain.uuid, 60_000);
    }

    StartBackup withDomain(UUID uuid) {
        return command(null, MAIN, new DomainUuid(uuid), 60_000);
    }

    /// The same with chosen mountpoints or scripts, or without a freeze.
    static StartBackup with(StartBackup command, Quiescing quiescing) {
        return new StartBackup(
                command.task(),
                command.point(),
                command.vm(),
                command.domain(),
                command.tracker(),
                command.repository(),
                command.parent(),
                command.disks(),
                quiescing.asked(),
                command.freezeTimeoutMillis(),
                command.deadlineMillis(),
                quiescing.mountpoints(),
                quiescing.scripts());
    }

    /// The same of a disk that has another target by now.
    static StartBackup renamed(StartBackup command, String target, String other) {
        List<DiskOrder> disks = command.disks().stream()
                .map(disk -> new DiskOrder(
                        disk.disk(),
                        disk.target().equals(target) ? other : disk.target(),
                        disk.serial(),
                        disk.level(),
                        disk.reason(),
                        disk.parentImageIdentity()))
                .toList();
        return new StartBackup(
                command.task(),
                command.point(),
                command.vm(),
                command.domain(),
                command.tracker(),
                command.repository(),
                command.parent(),
                disks,
                command.quiesce(),
                command.freezeTimeoutMillis(),
                command.deadlineMillis(),
                null,
                null);
    }

    private StartBackup command(
            @Nullable BackupCompleted parent, RepositoryId repositoryId, DomainUuid uuid, long deadlineMillis) {
        attempts++;
        List<DiskOrder> disks = new ArrayList<>();
        for (String target : TARGETS) {
            boolean isIncremental = parent != null && target.equals("vda");
            disks.add(new DiskOrder(
                    new DiskId(new UUID(2, TARGETS.indexOf(target))),
                    target,
                    "SER-" + target,
                    isIncremental ? Level.INCREMENTAL : Level.FULL,
                    isIncremental ? null : Reason.FIRST_BACKUP,
                    parent == null ? null : "image-" + target));
        }
        return new StartBackup(
                new TaskId(new UUID(4, attempts)),
                new RestorePointId(new UUID(3, attempts)),
                VM,
                uuid,
                new TrackerId("default"),
                repositoryId,
                parent == null ? null : parent.point(),
                disks,
                true,
                5000,
                deadlineMillis,
                null,
                null);
    }

    private AgentEvent run(StartBackup command) {
        service.backup(command, attempt(), cancelled, event -> {
            events.add(event);
            if (event instanceof BackupStarted) {
                onStarted.run();
            }
        });
        return events.getLast();
    }

    BackupCompleted completed(StartBackup command) {
        AgentEvent last = run(command);
        assertThat(last).isInstanceOf(BackupCompleted.class);
        assertThat(events).filteredOn(BackupFailed.class::isInstance).isEmpty();
        return (BackupCompleted) last;
    }

    BackupFailed failed(StartBackup command) {
        AgentEvent last = run(command);
        assertThat(last).isInstanceOf(BackupFailed.class);
        return (BackupFailed) last;
    }

    void remove(BackupCompleted done) {
        repository.remove(new PointKey(VM, done.point()));
    }

    /// A process that dies with the guest frozen, the job begun and the write session open.
    StartBackup beginAndDie() {
        StartBackup command = full();
        domain.isFrozen = true;
        domain.frozenCount = 1;
        hypervisor.beginBackup(
                domain.uuid,
                new BackupOrder(
                        command.point(),
                        List.of(new BackupOrder.DiskOrder("vda", Optional.empty(), true)),
                        folder.resolve("s/old"),
                        scratch()));
        return command;
    }

    Path leaveScratchFile(RestorePointId point) throws IOException {
        Files.createDirectories(scratch());
        return Files.createFile(scratch().resolve(BackupOrder.checkpointName(point) + "-vda"));
    }

    void assertBytes(BackupCompleted done) {
        RestorePoint point = repository.points(VM).stream()
                .filter(known -> known.key().point().equals(done.point()))
                .findFirst()
                .orElseThrow();
        assertThat(point.receipt().disks())
                .extracting(StoredDisk::description)
                .extracting(DiskDescription::target, DiskDescription::epochBegun)
                .containsExactlyElementsOf(done.disks().stream()
                        .map(disk -> tuple(disk.target(), disk.epochBegun()))
                        .toList());
        assertThat(point.receipt().disks())
                .extracting(disk -> disk.description().device())
                .containsExactlyElementsOf(domain.view().disks().stream()
                        .map(disk -> new Device(Part.DISK, disk.bus(), disk.format()))
                        .toList());
        for (DiskResult disk : done.disks()) {
            try (DiskReader reader = repository.openDisk(new PointKey(VM, done.point()), disk.disk())) {
                byte[] expected = Objects.requireNonNull(domain.disks.get(disk.target())).bytes;
                assertThat(reader.read(0, (int) reader.sizeBytes()))
                        .as(disk.target())
                        .isEqualTo(expected);
            }
        }
    }

    void assertNothingRuns() {
        assertThat(domain.job).isEqualTo(new DomainJob.None());
        assertThat(domain.isFrozen).isFalse();
    }

    void assertNoTrace() {
        assertNothingRuns();
        assertThat(domain.checkpoints).isEmpty();
        assertThat(repository.points(VM)).isEmpty();
    }
}
