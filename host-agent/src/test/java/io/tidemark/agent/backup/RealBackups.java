package io.tidemark.agent.backup;

import io.tidemark.agent.backup.nbd.NbdDiskSources;
import io.tidemark.agent.epoch.EpochDoubts;
import io.tidemark.agent.guard.GuardProcesses;
import io.tidemark.agent.libvirt.LibvirtHypervisor;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.TestRepositories;
import io.tidemark.agent.script.HostScripts;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A backup service on a real libvirtd, into a real folder, under a real guard process. All of it lies in the
/// domain's folder.
final class RealBackups implements AutoCloseable {
    static final RepositoryId REPOSITORY = new RepositoryId("main");

    final LibvirtHypervisor hypervisor;
    final Repository repository;
    final BackupService service;
    private final GuardProcesses guards;

    RealBackups(PausedDomain domain, PhaseGate gate) {
        hypervisor = new LibvirtHypervisor(domain.uri(), 4, Duration.ofSeconds(60));
        guards = new GuardProcesses(guardCommand(domain.uri()), Duration.ofSeconds(5));
        guards.prepare();
        Path folder = domain.home.resolve("repository");
        repository = TestRepositories.folder(folder);
        repository.create();
        var ports = new BackupPorts(
                hypervisor,
                TestRepositories.folders(Map.of(REPOSITORY, folder)),
                new NbdDiskSources(Duration.ofSeconds(20)),
                guards,
                new HostScripts(
                        Optional.of(domain.home.resolve("scripts")),
                        domain.home.resolve("scripts-due"),
                        Duration.ofSeconds(20)),
                new Watches(new PointBegins(), EpochDoubts.open(domain.home.resolve("doubts")), new RestWatch()),
                Clock.systemUTC(),
                System::nanoTime);
        var limits = new BackupLimits(
                domain.home.resolve("scratch"), domain.home.resolve("s"), 64 << 20, 1 << 20, BackupLimits.Rates.NONE);
        service = new BackupService(ports, limits, gate);
    }

    private static List<String> guardCommand(String uri) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                System.getProperty("java.class.path"),
                "io.tidemark.agent.boot.GuardMain",
                uri,
                Long.toString(ProcessHandle.current().pid()));
    }

    @Override
    public void close() {
        service.close();
        guards.close();
        hypervisor.close();
    }
}
