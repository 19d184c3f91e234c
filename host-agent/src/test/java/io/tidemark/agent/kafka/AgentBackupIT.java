package io.tidemark.agent.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.demo.GuestFiles;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.demo.TinyGuest;
import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.GrantSession;
import io.tidemark.schemas.command.AgentCommand.RestoreTarget;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.command.MaintenanceCommand.CreateRepository;
import io.tidemark.schemas.command.MaintenanceCommand.ExportCatalog;
import io.tidemark.schemas.command.MaintenanceCommand.ListPoints;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.BackupStarted;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.AgentEvent.RestoreCompleted;
import io.tidemark.schemas.event.AgentEvent.RestoreFailed;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.event.MaintenanceEvent.CatalogExported;
import io.tidemark.schemas.event.MaintenanceEvent.MaintenanceFailed;
import io.tidemark.schemas.event.MaintenanceEvent.PointsListed;
import io.tidemark.schemas.event.MaintenanceEvent.RepositoryCreated;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged agent backs up a real guest on command, over a real broker.
class AgentBackupIT {
    private static final HostId HOST = new HostId(new UUID(9, 9));
    private static final VmId VM = new VmId(new UUID(4, 4));
    private static final RepositoryId MAIN = new RepositoryId("main");
    private static final String COMMANDS = Topics.hostCommands(HOST);

    @TempDir
    Path folder;

    private PrivateLibvirtd libvirtd;
    private TinyGuest guest;
    private Broker broker;
    private long messages;

    @BeforeEach
    void start() throws Exception {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        Path home = Path.of(System.getProperty("user.home"));
        GuestFiles files = GuestFiles.prepare(GuestFiles.defaultCache(System.getenv("TIDEMARK_HOME"), home));
        libvirtd = PrivateLibvirtd.start(folder.resolve("l"));
        guest = TinyGuest.start(libvirtd, files, TinyGuest.Spec.of("web", folder.resolve("web")));
        broker = Broker.start(
                folder.resolve("kafka"),
                COMMANDS,
                Topics.hostEvents(HOST),
                Topics.maintenanceCommands(MAIN),
                Topics.maintenanceEvents(MAIN));
        broker.listen(Topics.hostEvents(HOST), Topics.maintenanceEvents(MAIN));
    }

    @AfterEach
    void stop() throws Exception {
        if (broker != null) {
            broker.close();
        }
        if (guest != null) {
            guest.close();
        }
        if (libvirtd != null) {
            libvirtd.close();
        }
    }

    @Test
    void aPointIsTakenOnCommandListedAndRestored() throws Exception {
        try (AgentProcess agent = agent(Map.of())) {
            SessionId session = granted();
            createRepository();
            StartBackup backup = backup();
            send(session, backup);

            BackupCompleted completed = await(BackupCompleted.class);
            assertThat(broker.heard()).noneMatch(event -> event.body() instanceof BackupFailed);
            assertThat(completed.point()).isEqualTo(backup.point());
            assertThat(agent.get("/q/health/ready")).doesNotContain("DOWN");
            assertThat(await(BackupStarted.class).takenAt()).isEqualTo(completed.takenAt());
            broker.send(Topics.maintenanceCommands(MAIN), message(null, new ListPoints(MAIN, VM)));
            assertThat(await(PointsListed.class).points())
                    .extracting(point -> point.commitDigest())
                    .containsExactly(completed.commitDigest());
            assertExported(completed);

            send(session, restore(backup));
            broker.await(event -> event.body() instanceof RestoreCompleted || event.body() instanceof RestoreFailed);
            assertThat(await(RestoreCompleted.class).point()).isEqualTo(backup.point());
            assertThat(guest.checker()
                            .check(folder.resolve("vda.raw"), folder.resolve("vdb.raw"), 0, Long.MAX_VALUE)
                            .why())
                    .isEmpty();
            assertThat(agent.endsWithin(20)).isTrue();
        }
    }

    private void assertExported(BackupCompleted point) throws Exception {
        Envelope<?> asked = message(null, new ExportCatalog(MAIN, new ExportId(new UUID(5, 5))));
        broker.send(Topics.maintenanceCommands(MAIN), asked);
        Envelope<?> answer = broker.await(event -> event.body() instanceof CatalogExported);
        assertThat(answer.causation()).isEqualTo(asked.id());
        assertThat(((CatalogExported) answer.body()).text())
                .contains(point.commitDigest(), point.point().toString(), "\"name\":\"web\"");
    }

    @Test
    void anAgentThatDiesAfterTheCommitReportsItInItsNextLife() throws Exception {
        try (AgentProcess agent = agent(Map.of("tidemark.failpoint", "commit"))) {
            SessionId session = granted();
            createRepository();
            send(session, backup());
            assertThat(agent.awaitEnd(60)).isEqualTo(137);
        }

        try (AgentProcess _ = agent(Map.of("tidemark.failpoint", "commit"))) {
            Envelope<?> again = broker.await(event -> event.body() instanceof AgentStarted start
                    && !start.running().isEmpty());
            grant(((AgentStarted) again.body()).session());

            assertThat(await(BackupCompleted.class).point()).isEqualTo(backup().point());
            assertThat(libvirtd.virsh("domjobinfo", "web")).contains("None");
        }
    }

    @Test
    void aChosenMountpointIsFrozenBetweenTheScriptsOfTheHost() throws Exception {
        Path said = scripts();
        try (AgentProcess _ = agent(Map.of("tidemark.scripts.folder", scriptsFolder()))) {
            SessionId session = granted();
            createRepository();
            guest.awaitAgent();
            send(session, with(backup(), List.of("/mnt")));

            broker.await(event -> event.body() instanceof BackupCompleted || event.body() instanceof BackupFailed);
            BackupCompleted completed = await(BackupCompleted.class);
            assertThat(completed.frozenMountpoints()).containsExactly("/mnt");
            assertThat(completed.consistency()).isEqualTo(Consistency.CRASH);
            assertThat(completed.notices()).isNull();
            assertThat(completed.freezeMillis()).isPositive();
            assertThat(guest.freezes()).isEqualTo(1);
            assertThat(guest.thaws()).isEqualTo(1);
            assertThat(Files.readAllLines(said)).containsExactly("pre-freeze web", "post-thaw taken");
        }
    }

    @Test
    void anAgentThatDiesWithTheGuestFrozenRunsPostThawInItsNextLife() throws Exception {
        Path said = scripts();
        Map<String, String> settings =
                Map.of("tidemark.failpoint", "freeze", "tidemark.scripts.folder", scriptsFolder());
        try (AgentProcess agent = agent(settings)) {
            SessionId session = granted();
            createRepository();
            guest.awaitAgent();
            send(session, with(backup(), null));
            assertThat(agent.awaitEnd(60)).isEqualTo(137);
            assertThat(Files.readAllLines(said)).containsExactly("pre-freeze web");
        }

        try (AgentProcess _ = agent(settings)) {
            Envelope<?> again = broker.await(event -> event.body() instanceof AgentStarted start
                    && !start.running().isEmpty());
            grant(((AgentStarted) again.body()).session());

            assertThat(await(BackupFailed.class).reason()).isEqualTo(FailureReason.AGENT_RESTARTED);
            assertThat(Files.readAllLines(said)).containsExactly("pre-freeze web", "post-thaw interrupted");
            assertThat(guest.thaws()).isGreaterThanOrEqualTo(1);
        }
    }

    private String scriptsFolder() {
        return folder.resolve("scripts").toString();
    }

    /// Makes a set of scripts; answers where they write down that they were run.
    private Path scripts() throws Exception {
        Path said = folder.resolve("said");
        Path set = Files.createDirectories(folder.resolve("scripts/web-app"));
        for (String name : List.of("pre-freeze", "post-thaw")) {
            String what = name.equals("pre-freeze") ? "TIDEMARK_VM_NAME" : "TIDEMARK_RESULT";
            Path script = set.resolve(name);
            Files.writeString(script, "#!/bin/sh\necho $TIDEMARK_PHASE $" + what + " >> " + said + "\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return said;
    }

    private static StartBackup with(StartBackup command, @Nullable List<String> mountpoints) {
        return new StartBackup(
                command.task(),
                command.point(),
                command.vm(),
                command.domain(),
                command.tracker(),
                command.repository(),
                command.parent(),
                command.disks(),
                true,
                command.freezeTimeoutMillis(),
                command.deadlineMillis(),
                mountpoints,
                new ScriptSetId("web-app"));
    }

    @Test
    void anAgentThatIsAskedToEndInTheMidstOfABackupLeavesNoJobAndAnswers() throws Exception {
        try (AgentProcess agent = agent(Map.of())) {
            SessionId session = granted();
            createRepository();
            send(session, backup());
            await(BackupStarted.class);

            assertThat(agent.endsWithin(20)).isTrue();
        }

        assertThat(libvirtd.virsh("domjobinfo", "web")).contains("None");
        Envelope<?> end =
                broker.await(event -> event.body() instanceof BackupCompleted || event.body() instanceof BackupFailed);
        if (end.body() instanceof BackupFailed failed) {
            assertThat(failed.reason()).isEqualTo(FailureReason.AGENT_RESTARTED);
            assertThat(libvirtd.virsh("checkpoint-list", "web", "--name").strip())
                    .isEmpty();
        }
    }

    private AgentProcess agent(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("tidemark.libvirt.uri", libvirtd.uri());
        return AgentProcess.start(HOST, broker.bootstrapServers(), folder, settings);
    }

    private SessionId granted() throws Exception {
        SessionId session = await(AgentStarted.class).session();
        grant(session);
        return session;
    }

    private void grant(SessionId session) throws Exception {
        broker.send(COMMANDS, message(null, new GrantSession(session, 60_000, 1)));
    }

    private void createRepository() throws Exception {
        broker.send(Topics.maintenanceCommands(MAIN), message(null, new CreateRepository(MAIN, 1)));
        broker.await(event -> event.body() instanceof RepositoryCreated || event.body() instanceof MaintenanceFailed);
        assertThat(await(RepositoryCreated.class).incarnation()).isEqualTo(1);
    }

    private StartBackup backup() throws Exception {
        VmReport vm = await(InventoryReported.class).vms().getFirst();
        List<DiskOrder> disks = vm.disks().stream()
                .map(disk -> new DiskOrder(
                        new DiskId(UUID.nameUUIDFromBytes(disk.target().getBytes(UTF_8))),
                        disk.target(),
                        disk.serial(),
                        Level.FULL,
                        Reason.FIRST_BACKUP,
                        null))
                .toList();
        return new StartBackup(
                new TaskId(new UUID(3, 1)),
                new RestorePointId(new UUID(5, 1)),
                VM,
                new DomainUuid(guest.uuid()),
                new TrackerId("default"),
                MAIN,
                null,
                disks,
                true,
                5000,
                120_000,
                null,
                null);
    }

    private StartRestore restore(StartBackup backup) {
        List<RestoreTarget> targets = backup.disks().stream()
                .map(disk -> new RestoreTarget(
                        disk.target(), folder.resolve(disk.target() + ".raw").toString(), ImageFormat.RAW))
                .toList();
        return new StartRestore(new TaskId(new UUID(3, 2)), VM, backup.point(), MAIN, targets, null);
    }

    private void send(SessionId session, AgentCommand command) throws Exception {
        broker.send(COMMANDS, message(session, command));
    }

    private <T> T await(Class<T> type) throws Exception {
        return type.cast(broker.await(event -> type.isInstance(event.body())).body());
    }

    private Envelope<?> message(@Nullable SessionId session, Object body) {
        messages++;
        return new Envelope<>(
                new MessageId(new UUID(2, messages)),
                body,
                "orchestrator",
                "vm",
                Instant.EPOCH,
                null,
                null,
                session,
                new Attempt(1, 1));
    }
}
