package io.tidemark.orchestrator.boot;

import static io.restassured.RestAssured.given;
import static io.tidemark.orchestrator.boot.Awaiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.run.RunRequest;
import io.tidemark.orchestrator.run.Runs;
import io.tidemark.orchestrator.task.TaskState;
import io.tidemark.orchestrator.task.Tasks;
import io.tidemark.schemas.command.AgentCommand.SendReport;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.PublicEvent.DeadLetter;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Quiescing;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Hosts that fall silent, rows that cannot be read and a database that takes none, on real servers: what is not
/// concerned goes on, and what was said is not lost. Nobody looks at waiting tasks here but after a commit.
@QuarkusTest
@TestProfile(TroubleIT.Impatient.class)
@QuarkusTestResource(RealServers.class)
@SuppressWarnings("NullAway.Init") // the container fills the fields
class TroubleIT {
    private static final RepositoryId REPOSITORY = new RepositoryId("repo");
    /// Longer than the ten tries after which a record is set aside that fails though the database takes rows.
    private static final Duration READ_ONLY = Duration.ofSeconds(4);

    @Inject
    Hosts hosts;

    @Inject
    Runs runs;

    @Inject
    Tasks tasks;

    @Inject
    AgroalDataSource dataSource;

    private final List<FakeAgent> agents = new ArrayList<>();

    @AfterEach
    void theAgentsLeave() {
        agents.forEach(FakeAgent::close);
    }

    @Test
    void taskIsSentOnceItIsOpenedAndTheOneBehindItOnceItHasEnded() {
        Vm vm = aVm();
        FakeAgent agent = agents.getFirst();
        TaskId first = open(vm);
        Envelope<StartBackup> sent = agent.commands(StartBackup.class, 1).getFirst();
        TaskId second = open(vm);

        agent.beat();
        RestorePointId point = sent.body().point();
        agent.say(new BackupFailed(first, point, vm.id(), FailureReason.VM_OFF, "found off"), sent.attempt());

        assertThat(agent.commands(StartBackup.class, 2))
                .extracting(command -> command.body().task())
                .containsExactly(first, second);
    }

    @Test
    void taskOfAHostThatFellSilentFailsAndSaysWhy() {
        Vm vm = aVm();
        TaskId task = open(vm);
        until("sent", () -> agents.getFirst().commands(StartBackup.class, 0).size() == 1);

        until("ended", () -> tasks.task(task).orElseThrow().endedAt() != null);

        assertThat(tasks.task(task).orElseThrow().state())
                .isInstanceOfSatisfying(
                        TaskState.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(FailureReason.HOST_UNREACHABLE));
    }

    /// Two that report one VM are an alarm; if the first says no more, it may be dead, and the VM runs elsewhere.
    @Test
    void vmMovesToTheHostThatReportsItRunningOnceItsOwnIsSilent() {
        Vm vm = aVm();
        Vm marker = aVm();
        FakeAgent other = agents.getLast();

        other.report(vm.domain(), vm.name(), List.of());
        other.report(marker.domain(), marker.name() + "-renamed", List.of());
        until(
                "both reports were heard",
                () -> !hosts.vmsByName(marker.name() + "-renamed").isEmpty());
        assertThat(hosts.vm(vm.id()).orElseThrow().host()).isEqualTo(vm.host());

        until("placed there", () -> {
            other.report(vm.domain(), vm.name(), List.of());
            return Objects.equals(hosts.vm(vm.id()).orElseThrow().host(), marker.host());
        });
    }

    /// Both hosts of a VM that is migrated report it for a moment, and the one that it comes to may be heard first.
    @Test
    void hostThatReportedAVmTooEarlyIsAskedAgainAsTheFirstHostLosesIt() {
        Vm vm = aVm();
        FakeAgent first = agents.getLast();
        Vm marker = aVm();
        FakeAgent other = agents.getLast();
        first.beat();
        other.report(vm.domain(), vm.name(), List.of());
        other.report(marker.domain(), marker.name() + "-renamed", List.of());
        until(
                "both reports were heard",
                () -> !hosts.vmsByName(marker.name() + "-renamed").isEmpty());
        int asked = other.commands(SendReport.class, 0).size();
        assertThat(hosts.vm(vm.id()).orElseThrow().host()).isEqualTo(vm.host());

        first.say(new InventoryReported("hyper", List.of()), null);

        assertThat(other.commands(SendReport.class, asked + 1)).hasSize(asked + 1);
        other.report(vm.domain(), vm.name(), List.of());
        until(
                "placed there",
                () -> Objects.equals(hosts.vm(vm.id()).orElseThrow().host(), marker.host()));
    }

    @Test
    void taskThatCannotBeSentKeepsNoOtherFromIt() throws SQLException {
        Vm broken = aVm();
        Vm sound = aVm();
        execute("insert into epoch (record_key, vm_id, disk_id, tracker, granularity_bytes, reason, "
                + "attempt_incarnation, attempt_sequence, revision) "
                + "select 'broken', vm_id, id, 'default', 65536, 'NO_SUCH_REASON', 1, 1, 1 from disk where vm_id = '"
                + broken.id() + "' limit 1");
        TaskId stuck = open(broken);

        open(sound);

        assertThat(agents.getLast().commands(StartBackup.class, 1))
                .extracting(command -> command.body().vm())
                .containsExactly(sound.id());
        assertThat(tasks.task(stuck).orElseThrow().state()).isInstanceOf(TaskState.Queued.class);
        execute("delete from epoch where record_key = 'broken'");
        agents.getFirst().beat();
        agents.getFirst().report(broken.domain(), broken.name() + "-renamed", List.of());
        assertThat(agents.getFirst().commands(StartBackup.class, 1)).hasSize(1);
    }

    @Test
    void whileTheDatabaseOnlyReadsNothingIsLostAndRequestsAreToldSo() throws SQLException {
        Vm vm = aVm();
        execute("alter system set default_transaction_read_only = on");
        execute("select pg_reload_conf()");
        try {
            until("the database refuses to write", () -> posted() == 503);
            agents.getFirst().report(vm.domain(), vm.name() + "-renamed", List.of());
            Awaiting.holds("it stays so", READ_ONLY, () -> posted() == 503);
        } finally {
            execute("set default_transaction_read_only = off", "alter system reset default_transaction_read_only");
            execute("select pg_reload_conf()");
        }

        until("heard after all", () -> !hosts.vmsByName(vm.name() + "-renamed").isEmpty());
        assertThat(agents.getFirst().await(Topics.DEAD_LETTERS, DeadLetter.class, 0))
                .isEmpty();
        until("requests are served again", () -> posted() == 201);
    }

    private static int posted() {
        return given().contentType(ContentType.JSON)
                .body("{\"name\":\"hyper\"}")
                .post("/api/v1/hosts")
                .statusCode();
    }

    /// A running VM on a host of its own, whose agent was heard just now and says no more.
    private Vm aVm() {
        String bootstrapServers = ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
        HostId host = hosts.enrol("hyper", null);
        FakeAgent agent = new FakeAgent(bootstrapServers, host);
        agents.add(agent);
        agent.start();
        DomainUuid domain = new DomainUuid(UUID.randomUUID());
        agent.report(domain, "vm-" + domain, List.of());
        until("VM reported", () -> hosts.vmByDomain(domain).isPresent());
        return hosts.vmByDomain(domain).orElseThrow();
    }

    private TaskId open(Vm vm) {
        RunRequest.Options options = new RunRequest.Options(
                TrackerId.DEFAULT, Quiescing.ALL, BackupLevel.INCREMENTAL, Duration.ofMinutes(5));
        return Objects.requireNonNull(runs.open(new RunRequest(null, List.of(vm.id()), REPOSITORY, options, null))
                .tasks()
                .get(vm.id()));
    }

    /// Outside of transactions, on one connection.
    private void execute(String... commands) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String command : commands) {
                statement.execute(command);
            }
        }
    }

    /// A host may be silent for seconds only, and its agent renews no lease.
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "tidemark.admission-every", "PT1H",
                    "tidemark.task.host-silence-max", "PT6S",
                    "tidemark.session.lease", "PT6S");
        }

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(EveryRepository.class);
        }
    }
}
