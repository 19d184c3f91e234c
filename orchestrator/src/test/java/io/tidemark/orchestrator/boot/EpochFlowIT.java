package io.tidemark.orchestrator.boot;

import static io.restassured.RestAssured.given;
import static io.tidemark.orchestrator.boot.Awaiting.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.query.EpochQueries;
import io.tidemark.orchestrator.request.ClientEnrolment;
import io.tidemark.orchestrator.run.RunRequest;
import io.tidemark.orchestrator.run.Runs;
import io.tidemark.orchestrator.task.Tasks;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.envelope.EncodedMessage;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.event.PublicEvent.EpochInvalidated;
import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.request.ClientReply.EpochAnswered;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import io.tidemark.schemas.request.ClientRequest;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import io.tidemark.schemas.request.ClientRequest.RequestBackup;
import io.tidemark.schemas.table.EpochRow;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Gate;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A disk's epoch as reports end it and as people and clients ask for it, over a real broker and a real database.
@QuarkusTest
@TestProfile(QuickTurns.class)
@QuarkusTestResource(RealServers.class)
@SuppressWarnings("NullAway.Init") // the container fills the fields
class EpochFlowIT {
    private static final RepositoryId REPOSITORY = new RepositoryId("repo");

    @Inject
    Hosts hosts;

    @Inject
    Runs runs;

    @Inject
    Tasks tasks;

    @Inject
    ClientEnrolment clients;

    @Inject
    EpochQueries queries;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private final MessageCodec codec = new MessageCodec();
    private final DomainUuid domain = new DomainUuid(UUID.randomUUID());
    private final String name = "vm-" + domain;
    private final ClientId client = new ClientId("client-" + domain.toString().substring(0, 8));
    private final ExecutorService people = Executors.newVirtualThreadPerTaskExecutor();
    private FakeAgent agent;
    private String checkpoint;

    @BeforeEach
    void aVmThatWasBackedUp() {
        HostId host = hosts.enrol("hyper", null);
        agent = new FakeAgent(bootstrapServers, host);
        agent.start();
        agent.report(domain, name, List.of(), List.of(disk(null)));
        until("VM reported", () -> !hosts.vmsByName(name).isEmpty());
        clients.enrol(client);
        RunRequest.Options options = new RunRequest.Options(
                TrackerId.DEFAULT, Quiescing.ALL, BackupLevel.INCREMENTAL, Duration.ofMinutes(5));
        RunRequest request = new RunRequest(null, List.of(vm().id()), REPOSITORY, options, "correlation");
        TaskId task = Objects.requireNonNull(runs.open(request).tasks().get(vm().id()));
        Envelope<StartBackup> start = agent.commands(StartBackup.class, 1).getFirst();
        agent.say(completed(start.body()), start.attempt());
        until("backup ended", () -> tasks.task(task).orElseThrow().endedAt() != null);
        checkpoint = "tidemark-" + start.body().point();
    }

    @AfterEach
    void allLeave() {
        agent.close();
        people.shutdownNow();
    }

    @Test
    void personIsAnsweredWithTheTokenOnceTheHostHasLooked() {
        CompletableFuture<JsonPath> asked = now("vda", 200);

        observe(1, BitmapState.RECORDING);

        JsonPath answer = asked.join();
        EpochRow row = row();
        assertThat(answer.getString("token")).isNotNull().isEqualTo(row.token());
        assertThat(answer.getString("vmName")).isEqualTo(name);
        assertThat(answer.getString("target")).isEqualTo("vda");
        assertThat(answer.getString("disk")).isEqualTo(row.disk().toString());
        assertThat(answer.getLong("dirtyBytes")).isEqualTo(131_072);
        assertThat(answer.getLong("granularityBytes")).isEqualTo(65_536);
        assertThat(Instant.parse(answer.getString("validSince"))).isEqualTo(row.validSince());
        assertThat(answer.getMap("$")).containsEntry("reason", null).containsEntry("detail", null);
    }

    @Test
    void hostThatDoesNotAnswerIsUnreachable() {
        JsonPath answer = now("vda", 200).join();

        assertThat(answer.getMap("$"))
                .containsEntry("token", null)
                .containsEntry("reason", "host-unreachable")
                .containsEntry("granularityBytes", null);
        assertThat(answer.getString("detail")).contains("expected its word within PT5S");
    }

    @Test
    void whatIsNotThereIsNotFoundAndTheAnswerNamesWhatIs() {
        assertThat(now("vdz", 404).join().getString("detail"))
                .isEqualTo("disk: expected an existing one, found none with \"vdz\"; VM " + name + " has [vda]");
        assertThat(given().queryParam("vm", "nobody")
                        .queryParam("disk", "vda")
                        .get("/api/v1/epochs/now")
                        .then()
                        .statusCode(404)
                        .extract()
                        .jsonPath()
                        .getString("detail"))
                .contains("found none with the name \"nobody\"; the first of those that there are: [");
        given().queryParam("vm", name).get("/api/v1/epochs/now").then().statusCode(400);
    }

    @Test
    void clientIsAnsweredOnceAndBrokenBitmapIsTold() {
        ask(new QueryEpoch(null, name, "vda", null), "q-1");
        observe(1, BitmapState.NOT_RECORDING);

        List<Envelope<EpochAnswered>> replies = agent.await(Topics.clientReplies(client), EpochAnswered.class, 1);
        assertThat(replies).singleElement().satisfies(reply -> {
            assertThat(reply.correlation()).isEqualTo("q-1");
            assertThat(reply.body().token()).isNull();
            assertThat(reply.body().reason()).isEqualTo(Reason.BITMAP_NOT_RECORDING);
        });
        assertThat(row().reason()).isEqualTo(Reason.BITMAP_NOT_RECORDING);
        assertThat(invalidations()).hasSize(1);

        ask(new QueryEpoch(null, name, "vda", null), "q-1");
        assertThat(agent.await(Topics.clientReplies(client), EpochAnswered.class, 2))
                .extracting(Envelope::body)
                .containsOnly(replies.getFirst().body());
    }

    @Test
    void oneCorrelationIdIsNotForAQuestionAndABackup() {
        ask(new RequestBackup(null, "nobody", REPOSITORY, Gate.DURABLE, false, false, null, null, null, null), "b-1");
        ask(new QueryEpoch(null, name, "vda", null), "b-1");
        ask(new QueryEpoch(null, name, "vdz", null), "q-2");
        ask(new RequestBackup(null, "nobody", REPOSITORY, Gate.DURABLE, false, false, null, null, null, null), "q-2");

        assertThat(agent.await(Topics.clientReplies(client), RequestFailed.class, 4))
                .extracting(reply -> reply.body().reason(), reply -> lastWord(reply.body()))
                .containsExactly(
                        tuple(FailureReason.NO_SUCH_VM, "none"),
                        tuple(FailureReason.MESSAGE_MALFORMED, "RequestBackup"),
                        tuple(FailureReason.MESSAGE_MALFORMED, "[vda]"),
                        tuple(FailureReason.MESSAGE_MALFORMED, "QueryEpoch"));
        assertThat(QuarkusTransaction.requiringNew().call(() -> queries.refusal(new Asker(client, "q-2"))))
                .isPresent();
    }

    @Test
    void trackerThatIsNoneIsRefused() {
        QueryEpoch query = new QueryEpoch(null, name, "vda", new TrackerId("tracker-1"));
        String text = new String(encoded(query, "t-1").bytes(), StandardCharsets.UTF_8);

        agent.raw(
                Topics.clientRequests(client),
                encoded(query, "t-1").headers(),
                text.replace("tracker-1", "Not one").getBytes(StandardCharsets.UTF_8));
        ask(query, "t-2");

        RequestFailed failed = agent.await(Topics.clientReplies(client), RequestFailed.class, 1)
                .getFirst()
                .body();
        assertThat(failed.reason()).isEqualTo(FailureReason.MESSAGE_MALFORMED);
        assertThat(failed.detail()).contains("TrackerId: expected", "Not one");
        assertThat(agent.await(Topics.clientReplies(client), EpochAnswered.class, 1))
                .extracting(reply -> reply.body().reason())
                .containsExactly(Reason.NOT_TRACKED);
    }

    @Test
    void reportOfABrokenBitmapIsToldOnceAndStandsInTheTable() {
        agent.report(domain, name, List.of(checkpoint), List.of(disk(BitmapState.RECORDING)));
        agent.report(domain, name, List.of(checkpoint), List.of(disk(null)));
        agent.report(domain, name, List.of(checkpoint), List.of(disk(BitmapState.GAP)));
        agent.report(domain, name + "-after", List.of(checkpoint), List.of(disk(BitmapState.GAP)));
        until("all reports heard", () -> !hosts.vmsByName(name + "-after").isEmpty());
        until("table written", () -> row().token() == null);

        assertThat(row().reason()).isEqualTo(Reason.BITMAP_GAP_IN_BACKING_CHAIN);
        assertThat(invalidations()).singleElement().satisfies(event -> {
            assertThat(event.detail()).startsWith("disk vda: expected bitmap " + checkpoint);
            assertThat(event.nextBytesMax()).isEqualTo(1 << 20);
        });
    }

    private CompletableFuture<JsonPath> now(String disk, int status) {
        String vm = vm().id().toString();
        return CompletableFuture.supplyAsync(
                () -> given().queryParam("vm", vm)
                        .queryParam("disk", disk)
                        .get("/api/v1/epochs/now")
                        .then()
                        .statusCode(status)
                        .extract()
                        .jsonPath(),
                people);
    }

    /// Answers the question of that number as the host would.
    private void observe(int number, BitmapState state) {
        ObserveVm asked =
                agent.commands(ObserveVm.class, number).get(number - 1).body();
        VmReport report = new VmReport(domain, name, VmState.RUNNING, List.of(disk(state)), List.of(checkpoint));
        agent.say(new VmObserved(asked.query(), asked.domain(), report, null), null);
    }

    private void ask(ClientRequest request, String correlation) {
        EncodedMessage message = encoded(request, correlation);
        agent.raw(Topics.clientRequests(client), message.headers(), message.bytes());
    }

    private EncodedMessage encoded(ClientRequest request, String correlation) {
        return codec.encode(new Envelope<>(
                new MessageId(UUID.randomUUID()),
                request,
                "test/client",
                correlation,
                Instant.now(),
                correlation,
                null,
                null,
                null));
    }

    private static String lastWord(RequestFailed failed) {
        return failed.detail().substring(failed.detail().lastIndexOf(' ') + 1);
    }

    private Vm vm() {
        return hosts.vmByDomain(domain).orElseThrow();
    }

    private EpochRow row() {
        String key = vm().id() + "/" + hosts.disks(vm().id()).getFirst().id() + "/default";
        return (EpochRow)
                Objects.requireNonNull(agent.table(Topics.EPOCHS).get(key)).body();
    }

    private List<EpochInvalidated> invalidations() {
        return agent.await(Topics.EVENTS, EpochInvalidated.class, 0).stream()
                .map(Envelope::body)
                .filter(event -> event.vm().equals(vm().id()))
                .toList();
    }

    /// A disk whose bitmap stands so; null if it was not looked at.
    private DiskReport disk(@Nullable BitmapState state) {
        List<BitmapReport> bitmaps =
                state == null ? null : List.of(new BitmapReport(checkpoint, state, null, 65_536, 131_072L));
        return new DiskReport("vda", "serial-a", ImageFormat.QCOW2, 1 << 20, "image-a", true, null, bitmaps);
    }

    private static BackupCompleted completed(StartBackup start) {
        List<DiskResult> disks = start.disks().stream()
                .map(order -> new DiskResult(
                        order.disk(),
                        order.target(),
                        order.level(),
                        order.reason(),
                        1 << 20,
                        65_536,
                        65_536,
                        "image-a",
                        true,
                        null))
                .toList();
        return new BackupCompleted(
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
    }
}
