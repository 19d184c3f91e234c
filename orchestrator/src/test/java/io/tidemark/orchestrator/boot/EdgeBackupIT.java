package io.tidemark.orchestrator.boot;

import static io.restassured.RestAssured.given;
import static io.tidemark.orchestrator.boot.Awaiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What policies, clients and people set going, with an agent that obeys at once.
@QuarkusTest
@QuarkusTestResource(RealServers.class)
class EdgeBackupIT {
    private final String bootstrapServers =
            ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
    private final String unique = UUID.randomUUID().toString().substring(0, 8);
    private final String repository = "repo-" + unique;
    private final String vmName = "vm-" + unique;
    private ScriptedAgent agent;
    private String vm;

    @BeforeEach
    void connectAnAgent() {
        String host = post("/api/v1/hosts", "{\"name\":\"hyper-%s\"}".formatted(unique), 201)
                .getString("id");
        post("/api/v1/repositories", "{\"id\":\"%s\"}".formatted(repository), 202);
        agent = new ScriptedAgent(bootstrapServers, HostId.of(host), new RepositoryId(repository), vmName);
        until("repository ready", () -> isIn("/api/v1/repositories/" + repository, "ready"));
        until(
                "VM reported",
                () -> !get("/api/v1/vms?name=" + vmName).getList("$").isEmpty());
        vm = get("/api/v1/vms?name=" + vmName).getString("[0].id");
    }

    @AfterEach
    void disconnectTheAgent() {
        agent.close();
    }

    @Test
    void policyFiresAndRetentionKeepsTheNewestPoints() {
        String audit = "{\"vm\":\"%s\",\"repository\":\"%s\",\"tracker\":\"audit\"}".formatted(vm, repository);
        for (int backup = 1; backup <= 3; backup++) {
            JsonPath begun = post("/api/v1/backups", audit, 202);
            until("backup ended", () -> isIn("/api/v1/tasks/" + begun.getString("task"), "succeeded"));
        }
        List<String> ofAudit = points();
        String retained =
                "{\"name\":\"policy-%s\",\"schedule\":{\"interval\":\"PT1S\"},\"selection\":{\"pattern\":\"%s\"},"
                                .formatted(unique, vmName)
                        + "\"repository\":\"%s\",\"retention\":{\"keepLast\":2}}".formatted(repository);
        String policy = post("/api/v1/policies", retained, 201).getString("id");
        until("two points", () -> points().size() >= 5);
        String first = points().get(3);

        until("oldest point removed", () -> !points().contains(first));
        assertThat(points()).as("those of a tracker without a policy").containsAll(ofAudit);

        assertThat(get("/api/v1/policies/" + policy).getString("lastOutcome")).isNotBlank();
        given().delete("/api/v1/policies/" + policy).then().statusCode(204);
        assertThat(get("/api/v1/restore-points?vm=" + vm).getString("[-1].disks[0].level"))
                .isEqualTo("incremental");
        until(
                "no task open",
                () -> get("/api/v1/tasks")
                        .getList("findAll{it.endedAt == null}")
                        .isEmpty());
    }

    /// What became of it is another thing: its point says that.
    @Test
    void taskSaysWhichLevelAndTrackerWereAskedFor() {
        String plain = "{\"vm\":\"%s\",\"repository\":\"%s\"}".formatted(vm, repository);
        String asked = "{\"vm\":\"%s\",\"repository\":\"%s\",\"level\":\"copy\",\"tracker\":\"audit\"}"
                .formatted(vm, repository);

        String first = post("/api/v1/backups", plain, 202).getString("task");
        String second = post("/api/v1/backups", asked, 202).getString("task");
        until(
                "backups ended",
                () -> isIn("/api/v1/tasks/" + first, "succeeded") && isIn("/api/v1/tasks/" + second, "succeeded"));

        JsonPath full = get("/api/v1/tasks/" + first);
        assertThat(full.getString("level")).isEqualTo("incremental");
        assertThat(full.getString("tracker")).isEqualTo("default");
        assertThat(get("/api/v1/restore-points/" + full.getString("point")).getString("level"))
                .isEqualTo("full");
        String run = get("/api/v1/tasks/" + second).getString("run");
        assertThat(get("/api/v1/tasks?run=" + run).getString("[0].level")).isEqualTo("copy");
        assertThat(get("/api/v1/tasks?run=" + run).getString("[0].tracker")).isEqualTo("audit");
    }

    @Test
    void chosenMountpointsAndScriptsGoToTheHostAndWhatBecameOfThemComesBack() {
        String wish = """
                {"vm":"%s","repository":"%s","mountpoints":["/","/srv/data"],
                 "scripts":"orders-db"}""".formatted(vm, repository);
        JsonPath begun = post("/api/v1/backups", wish, 202);
        until("backup ended", () -> isIn("/api/v1/tasks/" + begun.getString("task"), "succeeded"));

        JsonPath point = get("/api/v1/restore-points/" + points().getFirst());
        assertThat(point.getList("frozenMountpoints")).isEqualTo(List.of("/", "/srv/data"));
        assertThat(point.getList("notices")).isEqualTo(List.of("post-thaw-failed"));
        assertThat(read(Topics.EVENTS))
                .anyMatch(event -> event.contains(points().getFirst())
                        && event.contains("\"frozenMountpoints\":[\"/\",\"/srv/data\"]")
                        && event.contains("\"notices\":[\"post-thaw-failed\"]"));
    }

    @Test
    void aFreezeOutsideOfItsLimitsIsRefusedByRestAndByTopic() throws Exception {
        String rest = "{\"vm\":\"%s\",\"repository\":\"%s\",%s}";
        assertThat(post("/api/v1/backups", rest.formatted(vm, repository, "\"mountpoints\":[\"srv\"]"), 400)
                        .getString("detail"))
                .isEqualTo("mountpoints[0]: expected an absolute path of the guest, as /srv, found \"srv\"");
        assertThat(post("/api/v1/backups", rest.formatted(vm, repository, "\"mountpoints\":[\"/\",null]"), 400)
                        .getString("detail"))
                .isEqualTo("mountpoints[1]: expected text, found none");
        assertThat(post("/api/v1/backups", rest.formatted(vm, repository, "\"scripts\":\"../x\""), 400)
                        .getString("detail"))
                .isEqualTo("scripts: expected [a-z0-9-]{1,64}, found \"../x\"");
        assertThat(post("/api/v1/backups", rest.formatted(vm, repository, "\"quiesce\":false,\"scripts\":\"x\""), 400)
                        .getString("detail"))
                .isEqualTo("scripts: expected none without quiesce, found \"x\"");

        ClientId client = new ClientId("client-" + unique);
        post("/api/v1/clients", "{\"id\":\"%s\"}".formatted(client), 201);
        String body = "{\"vm\":\"%s\",\"repository\":\"%s\",\"gate\":\"durable\",\"forceFull\":false,%s}";
        request(client, "a", body.formatted(vm, repository, "\"quiesce\":true,\"mountpoints\":[]"));
        request(client, "b", body.formatted(vm, repository, "\"quiesce\":false,\"mountpoints\":[\"/\"]"));
        request(client, "c", body.formatted(vm, repository, "\"quiesce\":true,\"scripts\":\"/bin/sh\""));

        assertThat(replies(client, 3))
                .allMatch(reply -> reply.contains("\"message-malformed\""))
                .satisfiesExactly(
                        reply -> assertThat(reply).contains("mountpoints: expected 1 to 32 entries, found 0 entries"),
                        reply -> assertThat(reply).contains("mountpoints: expected none without quiesce, found 1"),
                        reply -> assertThat(reply).contains("ScriptSetId: expected [a-z0-9-]{1,64}"));
        assertThat(points()).isEmpty();
    }

    @Test
    void aPolicyKeepsItsMountpointsAndScriptsAndItsRunsHaveThem() {
        String draft = """
                {"name":"chosen-%s","schedule":{"interval":"PT1S"},"selection":{"vms":["%s"]},"repository":"%s",
                 "retention":{"keepLast":3},"mountpoints":["/var/lib/db"],
                 "scripts":"orders-db"}""".formatted(unique, vm, repository);
        String policy = post("/api/v1/policies", draft, 201).getString("id");

        JsonPath read = get("/api/v1/policies/" + policy);
        assertThat(read.getList("mountpoints")).isEqualTo(List.of("/var/lib/db"));
        assertThat(read.getString("scripts")).isEqualTo("orders-db");
        until("a point", () -> !points().isEmpty());
        given().delete("/api/v1/policies/" + policy).then().statusCode(204);
        assertThat(get("/api/v1/restore-points/" + points().getFirst()).getList("frozenMountpoints"))
                .isEqualTo(List.of("/var/lib/db"));
    }

    @Test
    void plainProducerGetsOneReplyForARequestSentTwice() throws Exception {
        ClientId client = new ClientId("client-" + unique);
        post("/api/v1/clients", "{\"id\":\"%s\"}".formatted(client), 201);

        String body = "{\"vmName\":\"%s\",\"repository\":\"%s\",\"gate\":\"durable\",".formatted(vmName, repository)
                + "\"quiesce\":false,\"forceFull\":false}";

        request(client, "order-1", body);

        List<String> replies = replies(client, 1);
        assertThat(replies).singleElement().asString().startsWith("order-1 io.tidemark.request-succeeded.v1 ");
        assertThat(points()).hasSize(1);

        request(client, "order-1", body);

        assertThat(replies(client, 2)).hasSize(2).allMatch(replies.getFirst()::equals);
        assertThat(points()).hasSize(1);
    }

    @Test
    void requestThatCannotBeDoneIsAnsweredWithItsReason() throws Exception {
        ClientId client = new ClientId("client-" + unique);
        post("/api/v1/clients", "{\"id\":\"%s\"}".formatted(client), 201);
        String body = "{%s\"repository\":\"%s\",\"gate\":\"%s\",\"quiesce\":false,\"forceFull\":false}";

        request(client, "a", body.formatted("\"vmName\":\"nobody\",", repository, "durable"));
        request(client, "b", body.formatted("\"vmName\":\"%s\",".formatted(vmName), "nowhere", "durable"));
        request(client, "c", body.formatted("\"vmName\":\"%s\",".formatted(vmName), repository, "verified"));
        request(client, "d", body.formatted("", repository, "created"));

        assertThat(replies(client, 4))
                .satisfiesExactly(
                        reply -> assertThat(reply).startsWith("a ").contains("\"no-such-vm\"", "nobody"),
                        reply -> assertThat(reply).startsWith("b ").contains("\"no-such-repository\"", "nowhere"),
                        reply -> assertThat(reply).startsWith("c ").contains("\"gate-unsupported\""),
                        reply -> assertThat(reply).startsWith("d ").contains("\"message-malformed\"", "neither"));
    }

    @Test
    void requestThatCannotBeReadIsAnsweredAndOneWithoutSubjectAndTimeIsTaken() throws Exception {
        ClientId client = new ClientId("client-" + unique);
        post("/api/v1/clients", "{\"id\":\"%s\"}".formatted(client), 201);

        send(client, "broken", "{oops", Map.of("ce_type", "io.tidemark.request-backup.v1"));
        send(
                client,
                "plain",
                "{\"vmName\":\"nobody\",\"repository\":\"x\",\"gate\":\"durable\",\"quiesce\":false,"
                        + "\"forceFull\":false}",
                Map.of("ce_type", "io.tidemark.request-backup.v1"));

        assertThat(replies(client, 2))
                .satisfiesExactly(
                        reply -> assertThat(reply).startsWith("broken ").contains("\"message-malformed\"", "body: "),
                        reply -> assertThat(reply).startsWith("plain ").contains("\"no-such-repository\""));
    }

    @Test
    void pointIsRestoredToNewImagesAndTheEndIsTold() {
        JsonPath begun = post(
                "/api/v1/backups",
                "{\"vmName\":\"%s\",\"repository\":\"%s\",\"quiesce\":false}".formatted(vmName, repository),
                202);
        until("backup ended", () -> isIn("/api/v1/tasks/" + begun.getString("task"), "succeeded"));
        String point = points().getFirst();

        String restore = post("/api/v1/restores", """
                        {"point":"%s","disks":[{"target":"vda","path":"/srv/restored.qcow2","format":"qcow2"}],
                         "newDomain":{"name":"restored"}}""".formatted(point), 202).getString("id");

        until("restore ended", () -> isIn("/api/v1/restores/" + restore, "succeeded"));
        assertThat(get("/api/v1/restores/" + restore).getLong("bytesWritten")).isEqualTo(1 << 20);
        assertThat(read(Topics.EVENTS))
                .anyMatch(event -> event.contains("restore-ended.v1") && event.contains(restore));
        post("/api/v1/restores/" + restore + "/cancel", "{}", 409);
    }

    @Test
    void restoreOfADiskThatThePointDoesNotHoldIsRefused() {
        JsonPath begun = post(
                "/api/v1/backups",
                "{\"vm\":\"%s\",\"repository\":\"%s\",\"quiesce\":false}".formatted(vm, repository),
                202);
        until("backup ended", () -> isIn("/api/v1/tasks/" + begun.getString("task"), "succeeded"));

        JsonPath problem = post(
                "/api/v1/restores",
                "{\"point\":\"%s\",\"disks\":[{\"target\":\"vdz\",\"path\":\"/x\"}]}".formatted(points().getFirst()),
                400);

        assertThat(problem.getString("detail"))
                .isEqualTo("disks[0].target: expected each of the point's disks at most once, left [vda], found vdz");
    }

    @Test
    void metricsSayHowItGoes() {
        until("host counted", () -> metrics().contains("tidemark_hosts_connected"));

        assertThat(metrics()).contains("tidemark_outbox_rows ", "tidemark_restore_points ");
    }

    private static String metrics() {
        return given().get("/q/metrics").then().statusCode(200).extract().asString();
    }

    private List<String> points() {
        return get("/api/v1/restore-points?vm=" + vm).getList("findAll{it.copies[0].state == 'available'}.id");
    }

    private void request(ClientId client, String correlation, String body) throws Exception {
        Map<String, String> others = Map.of(
                "ce_type", "io.tidemark.request-backup.v1",
                "ce_subject", correlation,
                "ce_time", "2026-01-01T00:00:00Z");
        send(client, correlation, body, others);
    }

    private void send(ClientId client, String correlation, String body, Map<String, String> others) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                ScriptedAgent.settings(bootstrapServers), new StringSerializer(), new StringSerializer())) {
            ProducerRecord<String, String> request =
                    new ProducerRecord<>(Topics.clientRequests(client), correlation, body);
            Map<String, String> headers = new HashMap<>(Map.of(
                    "ce_specversion",
                    "1.0",
                    "ce_id",
                    UUID.randomUUID().toString(),
                    "ce_source",
                    "test/client",
                    "ce_correlationid",
                    correlation));
            headers.putAll(others);
            headers.forEach((name, value) -> request.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
            producer.send(request).get();
        }
    }

    private List<String> replies(ClientId client, int count) {
        until("replies", () -> read(Topics.clientReplies(client)).size() >= count);
        return read(Topics.clientReplies(client));
    }

    /// Every record of a topic with one partition, as "key type body".
    private List<String> read(String topic) {
        List<String> found = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                ScriptedAgent.settings(bootstrapServers), new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(each -> found.add(each.key() + " "
                                + new String(
                                        each.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8)
                                + " " + each.value()));
            }
        }
        return found;
    }

    private static boolean isIn(String path, String state) {
        return get(path).getString("state").equals(state);
    }

    private static JsonPath get(String path) {
        return given().get(path).then().statusCode(200).extract().jsonPath();
    }

    private static JsonPath post(String path, String body, int status) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .post(path)
                .then()
                .statusCode(status)
                .extract()
                .jsonPath();
    }
}
