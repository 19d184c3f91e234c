package io.tidemark.orchestrator.boot;

import static io.restassured.RestAssured.given;
import static io.tidemark.orchestrator.boot.Awaiting.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.request.ClientEnrolment;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.CreateSnapshot;
import io.tidemark.schemas.command.AgentCommand.DeleteSnapshot;
import io.tidemark.schemas.command.AgentCommand.ListSnapshots;
import io.tidemark.schemas.command.AgentCommand.RevertSnapshot;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.command.AgentCommand.VolumeOrder;
import io.tidemark.schemas.envelope.EncodedMessage;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.event.AgentEvent.MechanismReport;
import io.tidemark.schemas.event.AgentEvent.SnapshotCreated;
import io.tidemark.schemas.event.AgentEvent.SnapshotDeleted;
import io.tidemark.schemas.event.AgentEvent.SnapshotFailed;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.event.AgentEvent.SnapshotReverted;
import io.tidemark.schemas.event.AgentEvent.SnapshotsListed;
import io.tidemark.schemas.event.AgentEvent.VolumeReport;
import io.tidemark.schemas.event.PublicEvent.EpochInvalidated;
import io.tidemark.schemas.event.PublicEvent.SnapshotEnded;
import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import io.tidemark.schemas.request.ClientReply.SnapshotSucceeded;
import io.tidemark.schemas.request.ClientRequest;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import io.tidemark.schemas.request.ClientRequest.RequestSnapshot;
import io.tidemark.schemas.table.EpochRow;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Snapshots as people and clients ask for them, over a real broker and a real database.
@QuarkusTest
@TestProfile(QuickTurns.class)
@QuarkusTestResource(RealServers.class)
@SuppressWarnings("NullAway.Init") // the container fills the fields
class SnapshotFlowIT {
    private static final String SNAPSHOTS = "/api/v1/snapshots";
    private static final String IMAGE = "/images/web.qcow2";

    @Inject
    Hosts hosts;

    @Inject
    ClientEnrolment clients;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private final MessageCodec codec = new MessageCodec();
    private final DomainUuid domain = new DomainUuid(UUID.randomUUID());
    private final String name = "vm-" + domain;
    private final ClientId client = new ClientId("client-" + domain.toString().substring(0, 8));
    private final ExecutorService people = Executors.newVirtualThreadPerTaskExecutor();
    private HostId host;
    private FakeAgent agent;

    @BeforeEach
    void aVmOnAHost() {
        host = hosts.enrol("hyper", null);
        agent = new FakeAgent(bootstrapServers, host);
        agent.start();
        agent.report(domain, name, List.of());
        until("VM reported", () -> !hosts.vmsByName(name).isEmpty());
        clients.enrol(client);
    }

    @AfterEach
    void allLeave() {
        agent.close();
        people.shutdownNow();
    }

    @Test
    void snapshotOfAVmIsTakenAndListedWithWhatItMeans() {
        JsonPath asked = create(
                "{\"vmName\":\"" + name + "\",\"name\":\"before-upgrade\",\"description\":\"the upgrade\","
                        + "\"kind\":\"overlay-receives-writes\",\"disks\":[\"vda\"],\"deadline\":\"PT30M\"}",
                202);
        String id = asked.getString("id");
        Envelope<CreateSnapshot> command = command(CreateSnapshot.class, 1);

        assertThat(asked.getString("state")).isEqualTo("creating");
        CreateSnapshot told = command.body();
        assertThat(told.domain()).isEqualTo(domain);
        assertThat(told.name()).isEqualTo(new SnapshotName("before-upgrade"));
        assertThat(told.description()).isEqualTo("the upgrade");
        assertThat(told.kind()).isEqualTo(SnapshotKind.OVERLAY_RECEIVES_WRITES);
        assertThat(told.mechanism()).isNull();
        assertThat(told.volumes()).containsExactly(new VolumeOrder("vda", null, null, null));
        assertThat(told.quiesce()).isTrue();
        assertThat(told.deadlineMillis()).isBetween(1L, 1_800_000L);

        agent.say(created(told), command.attempt());

        JsonPath shown = in("present", id);
        assertThat(shown.getString("taken.consistency")).isEqualTo("filesystem");
        assertThat(shown.getInt("taken.skewMicros")).isEqualTo(7);
        assertThat(shown.getMap("members[0]"))
                .containsEntry("target", "vda")
                .containsEntry("kind", "overlay-receives-writes")
                .containsEntry("blocks", "shared")
                .containsEntry("newFileIs", "receives-writes")
                .containsEntry("namespace", "qcow2:" + IMAGE)
                .containsEntry("storageName", "before-upgrade");
        assertThat(shown.getString("tasks[0].state")).isEqualTo("succeeded");
        assertThat(listed()).containsExactly(id);
        assertThat(ends(id)).singleElement().satisfies(end -> {
            assertThat(end.succeeded()).isTrue();
            assertThat(end.action()).isEqualTo(SnapshotAction.CREATE);
            assertThat(end.members()).hasSize(1);
        });
    }

    @Test
    void wholeVmIsAskedForWithoutNamingItsDisksAndNamedAfterItsId() {
        String id = create("{\"vm\":\"" + vm().id() + "\"}", 202).getString("id");

        CreateSnapshot told = command(CreateSnapshot.class, 1).body();

        assertThat(told.volumes()).isEmpty();
        assertThat(told.name()).isEqualTo(SnapshotName.of(SnapshotId.of(id)));
    }

    @Test
    void revertEndsTheEpochsAsItIsSentAndIsRefusedPastANewerPoint() {
        String id = taken("a");
        backedUp();
        assertThat(row().token()).isNotNull();

        assertThat(revert(id, "", 409).getString("detail")).contains("newer-restore-point", "restore point");
        assertThat(get(id).getString("state")).isEqualTo("present");
        revert(id, "{\"force\":true}", 202);
        Envelope<RevertSnapshot> command = command(RevertSnapshot.class, 1);

        assertThat(command.body().force()).isTrue();
        assertThat(command.body().members()).containsExactly(member("a"));
        until("epoch ended", () -> row().reason() == Reason.REVERTED_OR_RESTORED);
        assertThat(get(id).getString("state")).isEqualTo("reverting");
        agent.say(new SnapshotReverted(command.body().task(), SnapshotId.of(id), vm().id(), 9), command.attempt());
        in("present", id);
        assertThat(invalidations()).extracting(EpochInvalidated::reason).containsExactly(Reason.REVERTED_OR_RESTORED);
        assertThat(ends(id))
                .extracting(SnapshotEnded::action)
                .containsExactly(SnapshotAction.CREATE, SnapshotAction.REVERT);
    }

    /// The backup came before the revert in the VM's order on its host, and its word after the command.
    @Test
    void epochThatABackupBeganMeanwhileEndsWithTheRevert() {
        String id = taken("a");
        Envelope<StartBackup> start = backup();
        revert(id, "", 202);
        Envelope<RevertSnapshot> command = command(RevertSnapshot.class, 1);

        agent.say(completed(start.body()), start.attempt());
        until("epoch begun", () -> agent.table(Topics.EPOCHS).containsKey(rowKey()) && row().token() != null);
        agent.say(new SnapshotReverted(command.body().task(), SnapshotId.of(id), vm().id(), 9), command.attempt());

        until("epoch ended", () -> row().reason() == Reason.REVERTED_OR_RESTORED);
    }

    @Test
    void deletedOneIsGoneFromTheListAndItsNameIsFree() {
        String id = taken("a");
        assertThat(create(named("a"), 409).getString("detail")).contains("name-taken", id);

        given().delete(SNAPSHOTS + "/" + id).then().statusCode(202);
        Envelope<DeleteSnapshot> command = command(DeleteSnapshot.class, 1);
        given().delete(SNAPSHOTS + "/" + id).then().statusCode(409);
        agent.say(new SnapshotDeleted(command.body().task(), SnapshotId.of(id), vm().id(), 9), command.attempt());

        in("deleted", id);
        assertThat(listed()).isEmpty();
        given().delete(SNAPSHOTS + "/" + id).then().statusCode(409);
        create(named("a"), 202);
        given().delete(SNAPSHOTS + "/" + UUID.randomUUID()).then().statusCode(404);
    }

    @Test
    void eventsThatComeTwiceOrLateChangeNothing() {
        String id = create(named("a"), 202).getString("id");
        Envelope<CreateSnapshot> command = command(CreateSnapshot.class, 1);
        agent.say(failed(command.body().task(), id, FailureReason.NO_SPACE), command.attempt());
        in("failed", id);

        Envelope<Object> late = agent.say(created(command.body()), command.attempt());
        in("present", id);
        agent.send(late);
        agent.say(created(command.body()), command.attempt());
        agent.say(failed(command.body().task(), id, FailureReason.NO_SPACE), command.attempt());
        heardUpToHere();

        JsonPath shown = get(id);
        assertThat(shown.getString("state")).isEqualTo("present");
        assertThat(shown.getString("tasks[0].state")).isEqualTo("done-late");
        assertThat(shown.getString("tasks[0].reason")).isEqualTo("no-space");
        assertThat(ends(id)).extracting(SnapshotEnded::succeeded).containsExactly(false, true);
    }

    @Test
    void wordOfAnotherHostIsNotBelieved() {
        String id = create(named("a"), 202).getString("id");
        Envelope<CreateSnapshot> command = command(CreateSnapshot.class, 1);

        try (FakeAgent other = new FakeAgent(bootstrapServers, hosts.enrol("other", null))) {
            other.start();
            other.say(created(command.body()), command.attempt());
            DomainUuid another = new DomainUuid(UUID.randomUUID());
            other.report(another, "vm-" + another, List.of());
            until("heard", () -> hosts.vmByDomain(another).isPresent());
        }

        assertThat(get(id).getString("state")).isEqualTo("creating");
    }

    @Test
    void commandThatMetAnotherSessionIsSentAgainInTheNextOne() {
        String id = create(named("a"), 202).getString("id");
        Envelope<CreateSnapshot> first = command(CreateSnapshot.class, 1);
        agent.start();
        agent.say(failed(first.body().task(), id, FailureReason.SESSION_NOT_GRANTED), first.attempt());

        Envelope<CreateSnapshot> second = command(CreateSnapshot.class, 2);

        assertThat(second.body().task()).isEqualTo(first.body().task());
        assertThat(second.attempt()).isNotEqualTo(first.attempt());
        assertThat(second.session()).isEqualTo(agent.session());
        agent.say(created(second.body()), second.attempt());
        in("present", id);
    }

    @Test
    void whatWasSentToAnAgentThatLostItsJournalIsSentAgain() {
        String id = taken("a");
        given().delete(SNAPSHOTS + "/" + id).then().statusCode(202);
        Envelope<DeleteSnapshot> first = command(DeleteSnapshot.class, 1);

        SessionId next = new SessionId(UUID.randomUUID());
        agent.sayIn(next, new AgentStarted(next, host, "0.1.0", List.of(), false, List.of()), null);
        Envelope<DeleteSnapshot> second = command(DeleteSnapshot.class, 2);

        assertThat(second.session()).isEqualTo(next);
        assertThat(second.body().task()).isEqualTo(first.body().task());
        agent.sayIn(next, new SnapshotDeleted(first.body().task(), SnapshotId.of(id), vm().id(), 9), second.attempt());
        in("deleted", id);
    }

    @Test
    void ofManyWhoWantOneNameOneHasIt() {
        List<CompletableFuture<Integer>> asked = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> given().contentType(ContentType.JSON)
                                .body(named("a"))
                                .post(SNAPSHOTS)
                                .statusCode(),
                        people))
                .limit(8)
                .toList();

        assertThat(asked.stream().map(CompletableFuture::join).sorted())
                .containsExactly(202, 409, 409, 409, 409, 409, 409, 409);
    }

    @Test
    void whatNoHostTakesUpEndsAtItsDeadline() {
        DomainUuid gone = new DomainUuid(UUID.randomUUID());
        agent.report(gone, "gone-" + gone, List.of());
        until("reported", () -> hosts.vmByDomain(gone).isPresent());
        agent.report(domain, name, List.of());
        until(
                "not reported any more",
                () -> !hosts.vmByDomain(gone).orElseThrow().present());

        String id = create("{\"vmName\":\"gone-" + gone + "\",\"deadline\":\"PT2S\"}", 202)
                .getString("id");

        assertThat(get(id).getString("tasks[0].waitsFor")).contains("waits for a host to report VM");
        JsonPath shown = in("failed", id);
        assertThat(shown.getString("tasks[0].reason")).isEqualTo("host-unreachable");
        assertThat(shown.getString("tasks[0].detail")).contains("expected its end by");
    }

    @Test
    void hostThatDoesNotEndInTimeIsToldToStop() {
        String id = create("{\"vmName\":\"" + name + "\",\"deadline\":\"PT1S\"}", 202)
                .getString("id");
        CreateSnapshot command = command(CreateSnapshot.class, 1).body();

        assertThat(in("failed", id).getString("tasks[0].reason")).isEqualTo("timed-out");
        assertThat(command(CancelTask.class, 1).body().task()).isEqualTo(command.task());
    }

    @Test
    void whatCannotBeIsRefusedWithWhatCan() {
        assertThat(create("{\"vmName\":\"" + name + "\",\"kind\":\"independent-copy\",\"mechanism\":\"lvm-thin\"}", 400)
                        .getString("detail"))
                .contains("independent-copy: full-copy", "lvm-thin, which gives base-modified-cow");
        assertThat(create("{\"vmName\":\"" + name + "\",\"kind\":\"cow\"}", 400).getString("detail"))
                .isEqualTo("kind: expected one of overlay-receives-writes, base-modified-cow, independent-copy,"
                        + " found \"cow\"");
        create(named("../etc"), 400);
        create(named("x".repeat(65)), 400);
        assertThat(create("{\"vmName\":\"" + name + "\",\"disks\":[\"vdz\"]}", 404)
                        .getString("detail"))
                .contains("has [vda, vdb]");
        create("{\"vmName\":\"" + name + "\",\"volumes\":[\"/srv/a\"]}", 400);
        create("{\"host\":\"" + host + "\",\"volumes\":[\"a\"]}", 400);
        create("{\"host\":\"" + host + "\",\"volumes\":[\"/srv/a\"],\"memory\":true}", 400);
        create("{\"host\":\"" + UUID.randomUUID() + "\",\"volumes\":[\"/srv/a\"]}", 404);
        create("{}", 400);
        assertThat(agent.commands(CreateSnapshot.class, 0)).isEmpty();
    }

    @Test
    void volumeThatNoVmHasIsAskedOfItsHost() {
        String body = "{\"host\":\"" + host + "\",\"volumes\":[\"/srv/a.raw\"],\"name\":\"a\","
                + "\"mechanisms\":{\"/srv/a.raw\":\"reflink\"}}";
        String id = create(body, 202).getString("id");
        Envelope<CreateSnapshot> command = command(CreateSnapshot.class, 1);

        assertThat(command.body().vm()).isNull();
        assertThat(command.body().quiesce()).isFalse();
        assertThat(command.body().volumes())
                .containsExactly(new VolumeOrder(null, "/srv/a.raw", null, SnapshotMechanism.REFLINK));
        create(body, 409);
        agent.say(created(command.body()), command.attempt());
        in("present", id);
    }

    @Test
    void hostIsAskedForWhatThereIsAndTheCatalogIsHeldAgainstIt() {
        String ours = taken("a");
        String removed = taken("b");
        CompletableFuture<JsonPath> asked = CompletableFuture.supplyAsync(
                () -> given().get("/api/v1/vms/" + name + "/snapshots")
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath(),
                people);

        ListSnapshots question = command(ListSnapshots.class, 1).body();
        assertThat(question.domain()).isEqualTo(domain);
        agent.say(new SnapshotsListed(question.query(), domain, List.of(volume("a", "hers")), null), null);

        JsonPath answer = asked.join();
        assertThat(answer.getBoolean("observed")).isTrue();
        assertThat(answer.getList("volumes[0].snapshots.origin")).isEqualTo(List.of("ours", "foreign"));
        assertThat(answer.getString("volumes[0].snapshots[0].snapshot")).isEqualTo(ours);
        assertThat(answer.getMap("volumes[0].mechanisms[1]"))
                .containsEntry("mechanism", "lvm-thin")
                .containsEntry("available", false)
                .containsEntry("whyNot", "not on LVM");
        assertThat(answer.getString("volumes[0].mechanisms[0].costOfDropping")).contains("copied into the file below");
        assertThat(answer.getList("missing.snapshot")).isEqualTo(List.of(removed));
    }

    @Test
    void clientIsAnsweredOnceAndTheSameAgainIsDoneOnce() {
        RequestSnapshot request = request(SnapshotAction.CREATE, null, "a");
        ask(request, "s-1");
        Envelope<CreateSnapshot> command = command(CreateSnapshot.class, 1);
        ask(request, "s-1");
        ask(new QueryEpoch(null, name, "vda", null), "s-1");
        agent.say(created(command.body()), command.attempt());
        agent.await(Topics.clientReplies(client), SnapshotSucceeded.class, 1);
        ask(request, "s-1");

        List<Envelope<SnapshotSucceeded>> replies =
                agent.await(Topics.clientReplies(client), SnapshotSucceeded.class, 2);
        assertThat(replies).extracting(Envelope::correlation).containsOnly("s-1");
        assertThat(replies)
                .extracting(Envelope::body)
                .containsOnly(replies.getFirst().body());
        assertThat(agent.commands(CreateSnapshot.class, 0)).hasSize(1);
        assertThat(command.correlation()).isEqualTo("s-1");
        assertThat(agent.await(Topics.clientReplies(client), RequestFailed.class, 1))
                .singleElement()
                .satisfies(reply -> assertThat(reply.body().detail()).contains("RequestSnapshot"));

        SnapshotId id = command.body().snapshot();
        ask(request(SnapshotAction.DELETE, id, null), "s-2");
        Envelope<DeleteSnapshot> delete = command(DeleteSnapshot.class, 1);
        agent.say(new SnapshotDeleted(delete.body().task(), id, vm().id(), 3), delete.attempt());
        assertThat(agent.await(Topics.clientReplies(client), SnapshotSucceeded.class, 3)
                        .getLast()
                        .body())
                .extracting(SnapshotSucceeded::snapshot, SnapshotSucceeded::action)
                .containsExactly(id, SnapshotAction.DELETE);
    }

    @Test
    void clientLearnsWhyNot() {
        String id = taken("a");
        ask(request(SnapshotAction.CREATE, null, "a"), "r-1");
        ask(request(SnapshotAction.DELETE, new SnapshotId(UUID.randomUUID()), null), "r-2");
        ask(request(SnapshotAction.REVERT, null, null), "r-3");
        ask(request(SnapshotAction.CREATE, null, "a"), "r-1");
        ask(request(SnapshotAction.REVERT, SnapshotId.of(id), null), "r-4");
        Envelope<RevertSnapshot> command = command(RevertSnapshot.class, 1);
        agent.say(failed(command.body().task(), id, FailureReason.VM_RUNS), command.attempt());

        assertThat(agent.await(Topics.clientReplies(client), RequestFailed.class, 5))
                .extracting(Envelope::correlation, reply -> reply.body().reason())
                .containsExactly(
                        tuple("r-1", FailureReason.NAME_TAKEN),
                        tuple("r-2", FailureReason.NO_SUCH_SNAPSHOT),
                        tuple("r-3", FailureReason.MESSAGE_MALFORMED),
                        tuple("r-1", FailureReason.NAME_TAKEN),
                        tuple("r-4", FailureReason.VM_RUNS));
        assertThat(in("present", id).getString("tasks[1].detail")).isEqualTo("as it was");
    }

    /// A snapshot of that name that its host has taken; its id.
    private String taken(String snapshot) {
        int before = agent.commands(CreateSnapshot.class, 0).size();
        String id = create(named(snapshot), 202).getString("id");
        Envelope<CreateSnapshot> command = command(CreateSnapshot.class, before + 1);
        agent.say(created(command.body()), command.attempt());
        in("present", id);
        return id;
    }

    private String named(String snapshot) {
        return "{\"vmName\":\"" + name + "\",\"name\":\"" + snapshot + "\"}";
    }

    private static JsonPath create(String body, int status) {
        return posted(SNAPSHOTS, body, status);
    }

    private static JsonPath revert(String id, String body, int status) {
        return posted(SNAPSHOTS + "/" + id + "/revert", body, status);
    }

    private static JsonPath posted(String path, String body, int status) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .post(path)
                .then()
                .statusCode(status)
                .extract()
                .jsonPath();
    }

    private static JsonPath get(String id) {
        return given().get(SNAPSHOTS + "/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static JsonPath in(String state, String id) {
        until("snapshot is " + state, () -> get(id).getString("state").equals(state));
        return get(id);
    }

    private List<String> listed() {
        return given().get(SNAPSHOTS + "?vm=" + name)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("id");
    }

    private <T> Envelope<T> command(Class<T> type, int number) {
        return agent.commands(type, number).get(number - 1);
    }

    private SnapshotCreated created(CreateSnapshot command) {
        return new SnapshotCreated(
                command.task(),
                command.snapshot(),
                command.vm(),
                Instant.now(),
                Consistency.FILESYSTEM,
                false,
                12,
                0,
                7,
                40,
                List.of(member(command.name().value())));
    }

    private static SnapshotMember member(String snapshot) {
        return new SnapshotMember(
                "vda", IMAGE, SnapshotMechanism.QCOW2_OVERLAY, snapshot, IMAGE + "." + snapshot, "qcow2:" + IMAGE);
    }

    private SnapshotFailed failed(TaskId task, String snapshot, FailureReason reason) {
        return new SnapshotFailed(task, SnapshotId.of(snapshot), vm().id(), reason, "as it was");
    }

    private static VolumeReport volume(String... names) {
        return new VolumeReport(
                "vda",
                IMAGE,
                ImageFormat.QCOW2,
                "xfs",
                List.of(
                        new MechanismReport(SnapshotMechanism.QCOW2_OVERLAY, null, "qcow2:" + IMAGE),
                        new MechanismReport(SnapshotMechanism.LVM_THIN, "not on LVM", null)),
                List.of(names).stream()
                        .map(each -> new SnapshotReport(
                                SnapshotMechanism.QCOW2_OVERLAY, each, Instant.now(), null, 5L, List.of()))
                        .toList());
    }

    private RequestSnapshot request(SnapshotAction action, @Nullable SnapshotId of, @Nullable String snapshot) {
        return new RequestSnapshot(
                action,
                null,
                name,
                of,
                snapshot == null ? null : new SnapshotName(snapshot),
                null,
                null,
                null,
                null,
                true,
                false,
                false);
    }

    private void ask(ClientRequest request, String correlation) {
        EncodedMessage message = codec.encode(new Envelope<>(
                new MessageId(UUID.randomUUID()),
                request,
                "test/client",
                correlation,
                Instant.now(),
                correlation,
                null,
                null,
                null));
        agent.raw(Topics.clientRequests(client), message.headers(), message.bytes());
    }

    /// What was said before is heard once a report that came after it is.
    private void heardUpToHere() {
        agent.report(domain, name + "-after", List.of());
        until("all heard", () -> !hosts.vmsByName(name + "-after").isEmpty());
    }

    private Envelope<StartBackup> backup() {
        posted("/api/v1/backups", "{\"vmName\":\"" + name + "\",\"repository\":\"repo\"}", 202);
        return command(StartBackup.class, 1);
    }

    private void backedUp() {
        Envelope<StartBackup> start = backup();
        agent.say(completed(start.body()), start.attempt());
        until("epoch begun", () -> agent.table(Topics.EPOCHS).containsKey(rowKey()) && row().token() != null);
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
                        order.target().equals("vda"),
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

    private Vm vm() {
        return hosts.vmByDomain(domain).orElseThrow();
    }

    private String rowKey() {
        return vm().id() + "/" + hosts.disks(vm().id()).getFirst().id() + "/default";
    }

    private EpochRow row() {
        Map<String, Envelope<?>> table = agent.table(Topics.EPOCHS);
        return (EpochRow) Objects.requireNonNull(table.get(rowKey())).body();
    }

    private List<EpochInvalidated> invalidations() {
        return agent.await(Topics.EVENTS, EpochInvalidated.class, 0).stream()
                .map(Envelope::body)
                .filter(event -> event.vm().equals(vm().id()))
                .toList();
    }

    private List<SnapshotEnded> ends(String id) {
        return agent.await(Topics.EVENTS, SnapshotEnded.class, 1).stream()
                .map(Envelope::body)
                .filter(event -> event.snapshot().toString().equals(id))
                .toList();
    }
}
