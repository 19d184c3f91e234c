package io.tidemark.orchestrator.boot;

import static io.restassured.RestAssured.given;
import static io.tidemark.orchestrator.boot.Awaiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.CreateSnapshot;
import io.tidemark.schemas.command.AgentCommand.DeleteSnapshot;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.event.AgentEvent.SnapshotCreated;
import io.tidemark.schemas.event.AgentEvent.SnapshotDeleted;
import io.tidemark.schemas.event.AgentEvent.SnapshotFailed;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A policy that takes snapshots by its schedule and gives up those beyond its retention, over a real broker and a
/// real database.
@QuarkusTest
@TestProfile(QuickTurns.class)
@QuarkusTestResource(RealServers.class)
@SuppressWarnings("NullAway.Init") // the container fills the fields
class SnapshotPolicyIT {
    private static final String IMAGE = "/images/web.qcow2";

    @Inject
    Hosts hosts;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private final DomainUuid domain = new DomainUuid(UUID.randomUUID());
    private final String name = "vm-" + domain;
    private String policy = "";
    private FakeAgent agent;

    @BeforeEach
    void aVmOnAHost() {
        HostId host = hosts.enrol("hyper", null);
        agent = new FakeAgent(bootstrapServers, host);
        agent.start();
        agent.report(domain, name, List.of());
        until("VM reported", () -> !hosts.vmsByName(name).isEmpty());
    }

    @AfterEach
    void allLeave() {
        given().delete("/api/v1/policies/" + policy);
        agent.close();
    }

    @Test
    void snapshotsAreTakenOnTimeAndThoseBeyondRetentionGivenUpOldestFirst() {
        String ofAPerson = take(posted("/api/v1/snapshots", "{\"vmName\":\"" + name + "\"}", 202), 1);
        policy = posted("/api/v1/policies", draft("{\"kind\":\"overlay-receives-writes\"}", 2), 201)
                .getString("id");

        CreateSnapshot first = taken(2);
        CreateSnapshot second = taken(3);
        assertThat(first.kind()).isEqualTo(SnapshotKind.OVERLAY_RECEIVES_WRITES);
        assertThat(first.name()).isEqualTo(SnapshotName.of(first.snapshot()));
        assertThat(first.quiesce()).isFalse();
        assertThat(shown(first.snapshot()).getString("policy")).isEqualTo(policy);
        assertThat(agent.commands(DeleteSnapshot.class, 0)).isEmpty();

        CreateSnapshot third = taken(4);
        Envelope<DeleteSnapshot> delete =
                agent.commands(DeleteSnapshot.class, 1).getFirst();
        assertThat(delete.body().snapshot()).isEqualTo(first.snapshot());
        agent.say(
                new SnapshotDeleted(
                        delete.body().task(),
                        delete.body().snapshot(),
                        delete.body().vm(),
                        3),
                delete.attempt());

        until("given up", () -> shown(first.snapshot()).getString("state").equals("deleted"));
        assertThat(shown(second.snapshot()).getString("state")).isEqualTo("present");
        assertThat(shown(third.snapshot()).getString("state")).isEqualTo("present");
        assertThat(given().get("/api/v1/snapshots/" + ofAPerson).jsonPath().getString("state"))
                .isEqualTo("present");
    }

    @Test
    void policySaysWhatItTakesAndHowItGoes() {
        policy = posted("/api/v1/policies", draft("{\"mechanism\":\"reflink\",\"memory\":false}", 3), 201)
                .getString("id");
        taken(1);

        until("fired", () -> policy().getString("lastOutcome") != null);
        assertThat(policy().getString("snapshot.mechanism")).isEqualTo("reflink");
        assertThat(policy().getString("repository")).isNull();
        assertThat(policy().getString("lastRun")).isNull();
        assertThat(posted("/api/v1/policies", draft("{\"kind\":\"cow\"}", 3), 400)
                        .getString("detail"))
                .contains("snapshot.kind", "base-modified-cow");
    }

    @Test
    void cancelReachesTheHostAndWhatItSaysThenCounts() {
        JsonPath asked = posted("/api/v1/snapshots", "{\"vmName\":\"" + name + "\"}", 202);
        SnapshotId id = SnapshotId.of(asked.getString("id"));
        Envelope<CreateSnapshot> create =
                agent.commands(CreateSnapshot.class, 1).getFirst();

        posted("/api/v1/snapshots/" + id + "/cancel", "", 202);
        CancelTask cancel = agent.commands(CancelTask.class, 1).getFirst().body();
        assertThat(cancel.task()).isEqualTo(create.body().task());
        assertThat(shown(id).getString("state")).isEqualTo("creating");
        agent.say(
                new SnapshotFailed(create.body().task(), id, create.body().vm(), FailureReason.CANCELLED, "cancelled"),
                create.attempt());

        until("failed", () -> shown(id).getString("state").equals("failed"));
        assertThat(shown(id).getString("tasks[0].reason")).isEqualTo("cancelled");
        assertThat(posted("/api/v1/snapshots/" + id + "/cancel", "", 409).getString("detail"))
                .contains("expected one with which something is being done");
    }

    private String draft(String snapshot, int keepLast) {
        return "{\"name\":\"hourly-" + domain.toString().substring(0, 8) + "\",\"schedule\":{\"interval\":\"PT1S\"},"
                + "\"selection\":{\"vms\":[\"" + name + "\"]},\"quiesce\":false,\"snapshot\":" + snapshot
                + ",\"retention\":{\"keepLast\":" + keepLast + "}}";
    }

    private JsonPath policy() {
        return given().get("/api/v1/policies/" + policy).jsonPath();
    }

    private static JsonPath shown(SnapshotId snapshot) {
        return given().get("/api/v1/snapshots/" + snapshot).jsonPath();
    }

    private String take(JsonPath asked, int number) {
        taken(number);
        return asked.getString("id");
    }

    /// The command of that number, which its host has carried out.
    private CreateSnapshot taken(int number) {
        Envelope<CreateSnapshot> command =
                agent.commands(CreateSnapshot.class, number).get(number - 1);
        CreateSnapshot told = command.body();
        String storage = told.name().value();
        SnapshotMember member = new SnapshotMember(
                "vda", IMAGE, SnapshotMechanism.QCOW2_OVERLAY, storage, IMAGE + "." + storage, "qcow2:" + IMAGE);
        agent.say(
                new SnapshotCreated(
                        told.task(),
                        told.snapshot(),
                        told.vm(),
                        Instant.now(),
                        Consistency.CRASH,
                        false,
                        0,
                        0,
                        7,
                        40,
                        List.of(member)),
                command.attempt());
        until("taken", () -> shown(told.snapshot()).getString("state").equals("present"));
        return told;
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
}
