package io.tidemark.orchestrator.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.embedded.EmbeddedKafka;
import io.tidemark.embedded.EmbeddedPostgresServer;
import io.tidemark.embedded.EmbeddedPostgresServer.Durability;
import io.tidemark.schemas.command.AgentCommand.SendReport;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.command.MaintenanceCommand.RaiseIncarnation;
import io.tidemark.schemas.envelope.EncodedMessage;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.event.MaintenanceEvent.RepositoryCreated;
import io.tidemark.schemas.event.PublicEvent.RestorePointCreated;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.vocabulary.Consistency;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The built orchestrator is killed between the commit that lists a restore point and the sending of what it says,
/// starts again, and says it once; it takes the next incarnation when a repository holds a higher one, and ends
/// within seconds when it is asked to.
class OrchestratorCrashTest {
    private static final RepositoryId REPOSITORY = new RepositoryId("repo");
    private static final HostId HOST = new HostId(UUID.randomUUID());

    @TempDir
    Path folder;

    @Test
    void whatTheCatalogCommittedIsSaidOnceAfterAKillBetweenCommitAndSend() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"));
                EmbeddedPostgresServer database =
                        EmbeddedPostgresServer.start(folder.resolve("postgres"), Durability.FOR_TESTS);
                FakeAgent agent = new FakeAgent(kafka.bootstrapServers(), HOST)) {
            Map<String, String> settings = new HashMap<>(Map.of(
                    "kafka.bootstrap.servers", kafka.bootstrapServers(),
                    "quarkus.datasource.jdbc.url", database.jdbcUrl(),
                    "quarkus.datasource.username", database.user(),
                    "tidemark.failpoint", "catalog-committed",
                    "tidemark.failpoint-marker", folder.resolve("failed-once").toString()));
            StartBackup start;
            try (OrchestratorProcess first = OrchestratorProcess.start(folder.resolve("first.log"), settings)) {
                start = backupSentTo(agent, first);
                complete(agent, start);

                assertThat(first.exitCode()).isEqualTo(137);
            }
            assertThat(folder.resolve("failed-once")).exists();
            assertThat(agent.await(Topics.EVENTS, RestorePointCreated.class, 0)).isEmpty();

            try (OrchestratorProcess second = OrchestratorProcess.start(folder.resolve("second.log"), settings)) {
                saysItOnce(agent, second, start);
                takesTheNextIncarnation(agent, second);

                second.terminate();
                assertThat(second.exitCode()).isEqualTo(143);
            }
        }
    }

    private static void saysItOnce(FakeAgent agent, OrchestratorProcess second, StartBackup start) throws Exception {
        assertThat(agent.await(Topics.EVENTS, RestorePointCreated.class, 1))
                .extracting(event -> event.body().point())
                .containsExactly(start.point());
        assertThat(agent.table(Topics.RESTORE_POINTS)).containsOnlyKeys(start.point() + "/" + REPOSITORY);
        assertThat(second.get("/api/v1/tasks/" + start.task())).contains("\"succeeded\"");
    }

    private static void takesTheNextIncarnation(FakeAgent agent, OrchestratorProcess second) throws Exception {
        assertThat(agent.await(Topics.maintenanceCommands(REPOSITORY), RaiseIncarnation.class, 1))
                .as("asks at its start which incarnation the repository holds")
                .extracting(command -> command.body().incarnation())
                .containsExactly(1L);
        sayRepositoryHolds(agent, 7);
        assertThat(agent.await(Topics.maintenanceCommands(REPOSITORY), RaiseIncarnation.class, 2))
                .extracting(command -> command.body().incarnation())
                .containsExactly(1L, 8L);
        assertThat(agent.commands(SendReport.class, 1)).isNotEmpty();
        assertThat(second.get("/api/v1/catalog")).contains("\"holdsDeletion\":true");
        String seen = second.get("/api/v1/catalog/deletion-hold").replaceAll(".*\"seen\":\"([^\"]*)\".*", "$1");
        second.delete("/api/v1/catalog/deletion-hold?seen=" + seen);
        assertThat(second.get("/api/v1/catalog")).contains("\"holdsDeletion\":false");
    }

    private StartBackup backupSentTo(FakeAgent agent, OrchestratorProcess orchestrator) throws Exception {
        orchestrator.post("/api/v1/hosts", "{\"name\":\"hyper\",\"id\":\"" + HOST + "\"}");
        orchestrator.post("/api/v1/repositories", "{\"id\":\"" + REPOSITORY + "\"}");
        sayRepositoryHolds(agent, 1);
        agent.start();
        agent.report(new DomainUuid(UUID.randomUUID()), "guest", List.of());
        until(() -> orchestrator.get("/api/v1/vms").contains("guest"));
        until(() -> orchestrator.get("/api/v1/repositories/" + REPOSITORY).contains("ready"));
        orchestrator.post("/api/v1/backups", "{\"vmName\":\"guest\",\"repository\":\"" + REPOSITORY + "\"}");
        return agent.commands(StartBackup.class, 1).getFirst().body();
    }

    private static void sayRepositoryHolds(FakeAgent agent, long incarnation) {
        MessageId id = new MessageId(UUID.randomUUID());
        RepositoryCreated created = new RepositoryCreated(REPOSITORY, incarnation);
        EncodedMessage encoded = new MessageCodec()
                .encode(new Envelope<>(id, created, "test", "repo", Instant.now(), null, null, null, null));
        agent.raw(Topics.maintenanceEvents(REPOSITORY), encoded.headers(), encoded.bytes());
    }

    private static void complete(FakeAgent agent, StartBackup start) {
        List<DiskResult> disks = start.disks().stream()
                .map(order -> new DiskResult(
                        order.disk(), order.target(), order.level(), order.reason(), 1 << 20, 1, 1, "image", true, 1L))
                .toList();
        BackupCompleted completed = new BackupCompleted(
                start.task(),
                start.point(),
                start.vm(),
                "sha256:" + "a".repeat(64),
                Instant.now(),
                Consistency.CRASH,
                5,
                50,
                131_072,
                131_072,
                disks,
                null,
                null);
        agent.say(completed, agent.commands(StartBackup.class, 1).getFirst().attempt());
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        for (int tries = 0; !condition.call(); tries++) {
            assertThat(tries).as("the condition held within 20 s").isLessThan(200);
            assertThat(never.await(100, TimeUnit.MILLISECONDS)).isFalse();
        }
    }
}
