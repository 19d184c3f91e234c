package io.tidemark.agent.boot;

import io.quarkus.runtime.configuration.MemorySize;
import io.tidemark.agent.backup.BackupLimits;
import io.tidemark.agent.backup.BackupPorts;
import io.tidemark.agent.backup.BackupService;
import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.agent.backup.PhaseGate;
import io.tidemark.agent.backup.Watches;
import io.tidemark.agent.backup.nbd.NbdDiskSources;
import io.tidemark.agent.guard.GuardProcesses;
import io.tidemark.agent.kafka.MaintenanceOrigin;
import io.tidemark.agent.libvirt.LibvirtHypervisor;
import io.tidemark.agent.libvirt.LibvirtPools;
import io.tidemark.agent.libvirt.LibvirtSnapshots;
import io.tidemark.agent.maintenance.CollectionRuns;
import io.tidemark.agent.maintenance.MaintenanceService;
import io.tidemark.agent.repository.FolderRepositories;
import io.tidemark.agent.repository.FolderRepositories.Location;
import io.tidemark.agent.repository.Repositories;
import io.tidemark.agent.restore.RestoreService;
import io.tidemark.agent.restore.RestoreSettings;
import io.tidemark.agent.restore.nbd.QemuNbdTargets;
import io.tidemark.agent.script.HostScripts;
import io.tidemark.agent.snapshot.SnapshotPorts;
import io.tidemark.agent.snapshot.SnapshotService;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.agent.snapshot.storage.Btrfs;
import io.tidemark.agent.snapshot.storage.FullCopy;
import io.tidemark.agent.snapshot.storage.HostTools;
import io.tidemark.agent.snapshot.storage.LocalTools;
import io.tidemark.agent.snapshot.storage.LvmClassic;
import io.tidemark.agent.snapshot.storage.LvmThin;
import io.tidemark.agent.snapshot.storage.Qcow2Internal;
import io.tidemark.agent.snapshot.storage.Qcow2Overlay;
import io.tidemark.agent.snapshot.storage.Reflink;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Puts together what carries commands out.
@Singleton
final class FeatureWiring {
    private static final Duration GUARD_LEASE = Duration.ofSeconds(5);
    private static final Duration COLLECTION_DELAY = Duration.ofSeconds(10);
    private static final Duration IMAGE_TOOL_LIMIT = Duration.ofSeconds(30);

    /// A merge and a snapshot with memory move as much as was written, or the memory.
    private static final Duration SNAPSHOT_CALL_LIMIT = Duration.ofMinutes(30);

    private final AgentConfig config;

    FeatureWiring(AgentConfig config) {
        this.config = config;
    }

    @Produces
    @Singleton
    Hypervisor hypervisor() {
        return new LibvirtHypervisor(
                config.libvirt().uri(),
                config.libvirt().callsMax(),
                config.libvirt().callLimit());
    }

    @Produces
    @Singleton
    Repositories repositories(HostId host) {
        Map<RepositoryId, Location> locations = new HashMap<>();
        config.repositories()
                .forEach((id, folder) -> locations.put(
                        new RepositoryId(id),
                        new Location(
                                folder,
                                Optional.ofNullable(config.repositoryKeys().get(id)),
                                config.trustHosts(),
                                config.decodeBeforeCommit())));
        var signing = new FolderRepositories.Signing(
                host, folder(config.stateFolder()).resolve("host.key"));
        return new FolderRepositories(locations, signing, UUID::randomUUID, Clock.systemUTC());
    }

    @Produces
    @Singleton
    GuardProcesses guards() {
        return new GuardProcesses(
                GuardCommand.of(config.libvirt().uri(), ProcessHandle.current().pid()), GUARD_LEASE);
    }

    @Produces
    @Singleton
    BackupService backups(Hypervisor hypervisor, Repositories repositories, GuardProcesses guards, Watches watches) {
        Path state = config.stateFolder();
        var limits = new BackupLimits(
                folder(config.scratch().folder().orElse(state.resolve("scratch"))),
                folder(config.libvirt().socketFolder().orElse(state.resolve("sockets"))),
                config.scratch().max().asLongValue(),
                config.scratch().least().asLongValue(),
                new BackupLimits.Rates(
                        rate(config.readRate().perVm()),
                        config.readRate().ofDomain().entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey,
                                        each -> each.getValue().asLongValue())),
                        rate(config.readRate().perHost()),
                        new BackupLimits.Rates.Guest(
                                config.guestLatency().most(),
                                config.guestLatency().leastReadRate().asLongValue())));
        var ports = new BackupPorts(
                hypervisor,
                repositories,
                new NbdDiskSources(IMAGE_TOOL_LIMIT),
                guards,
                new HostScripts(
                        config.scripts().folder(),
                        state.resolve("scripts-due"),
                        config.scripts().limit()),
                watches,
                Clock.systemUTC(),
                System::nanoTime);
        PhaseGate gate = config.failpoint()
                .<PhaseGate>map(name -> Failpoint.named(name, state.resolve("failpoint-hit")))
                .orElse(PhaseGate.OPEN);
        return new BackupService(ports, limits, gate);
    }

    private static long rate(Optional<MemorySize> bytesPerSecond) {
        return bytesPerSecond.map(MemorySize::asLongValue).orElse(Long.MAX_VALUE);
    }

    @Produces
    @Singleton
    RestoreService restores(Hypervisor hypervisor, Repositories repositories) {
        Path folder = folder(config.stateFolder().resolve("restore"));
        return new RestoreService(
                repositories,
                new QemuNbdTargets(folder, IMAGE_TOOL_LIMIT),
                hypervisor,
                new RestoreSettings(folder, Runtime.getRuntime().availableProcessors()),
                AgentWiring::monotonicMillis);
    }

    @Produces
    @Singleton
    LibvirtSnapshots domainSnapshots() {
        return new LibvirtSnapshots(config.libvirt().uri(), config.libvirt().callsMax(), SNAPSHOT_CALL_LIMIT);
    }

    void end(@Disposes LibvirtSnapshots snapshots) {
        snapshots.close();
    }

    @Produces
    @Singleton
    LibvirtPools storagePools() {
        return new LibvirtPools(config.libvirt().uri(), config.libvirt().callsMax(), SNAPSHOT_CALL_LIMIT);
    }

    void end(@Disposes LibvirtPools pools) {
        pools.close();
    }

    @Produces
    @Singleton
    SnapshotService snapshots(
            Hypervisor hypervisor,
            LibvirtSnapshots domains,
            LibvirtPools pools,
            GuardProcesses guards,
            Watches watches) {
        HostTools tools = new LocalTools();
        List<VolumeSnapshots> storage = List.of(
                new Qcow2Internal(tools),
                new Qcow2Overlay(tools),
                new Reflink(tools),
                new Btrfs(tools),
                new LvmThin(tools),
                new LvmClassic(tools),
                new FullCopy(tools));
        var ports = new SnapshotPorts(
                hypervisor, domains, storage, pools, guards, watches, Clock.systemUTC(), System::nanoTime);
        return new SnapshotService(ports, config.stateFolder().resolve("snapshots"));
    }

    @Produces
    @Singleton
    CollectionRuns collections(Repositories repositories) {
        return new CollectionRuns(repositories, COLLECTION_DELAY);
    }

    void end(@Disposes CollectionRuns collections) {
        collections.close();
    }

    @Produces
    @Singleton
    MaintenanceService maintenance(Repositories repositories, CollectionRuns collections) {
        return new MaintenanceService(repositories, collections::soon);
    }

    @Produces
    @Singleton
    MaintenanceOrigin maintenanceOrigin() {
        return new MaintenanceOrigin(() -> new MessageId(UUID.randomUUID()), Clock.systemUTC());
    }

    private static Path folder(Path path) {
        try {
            return Files.createDirectories(path.toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "folder " + path + ": expected to make or find it, found " + e.getMessage(), e);
        }
    }
}
