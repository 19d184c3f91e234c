package io.tidemark.orchestrator.boot;

import static io.restassured.RestAssured.given;
import static io.tidemark.orchestrator.boot.Awaiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.event.PublicEvent.RunEnded;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/// An orchestrator that starts on the database of an earlier release: each of its rows still means what it meant,
/// and what waited or was about to be sent goes on.
@QuarkusTest
@QuarkusTestResource(value = FilledCatalog.class, restrictToAnnotatedClass = true)
@SuppressWarnings("NullAway.Init") // the container fills the field
class CatalogUpgradeIT {
    private static final String HOST = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String WEB = "bbbbbbbb-0000-4000-8000-000000000001";
    private static final String VDA = "cccccccc-0000-4000-8000-000000000001";
    private static final String VDB = "cccccccc-0000-4000-8000-000000000002";
    private static final String NEWEST = "11111111-0000-4000-8000-000000000003";

    @Inject
    AgroalDataSource dataSource;

    @Test
    void databaseIsOfTheNewestRelease() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "select min(version::int), max(version::int), bool_and(success) from flyway_schema_history")) {
            assertThat(found.next()).isTrue();
            assertThat(found.getInt(1)).isEqualTo(1);
            assertThat(found.getInt(2)).isGreaterThanOrEqualTo(11);
            assertThat(found.getBoolean(3)).isTrue();
        }
        assertThat(get("/api/v1/catalog").getMap("$")).isEqualTo(Map.of("incarnation", 3, "holdsDeletion", false));
    }

    @Test
    void vmsAndDisksKeepTheirIds() {
        JsonPath web = get("/api/v1/vms/" + WEB);

        assertThat(web.getString("domain")).isEqualTo("dddddddd-0000-4000-8000-000000000001");
        assertThat(web.getString("host")).isEqualTo(HOST);
        assertThat(web.getList("disks.id")).isEqualTo(List.of(VDA, VDB));
        assertThat(web.getList("disks.serial")).contains("serial-a");
        assertThat(web.getString("disks[1].whyNot")).isEqualTo("tracking-unsupported");
        assertThat(get("/api/v1/vms/bbbbbbbb-0000-4000-8000-000000000003").getBoolean("present"))
                .isFalse();
    }

    @Test
    void policiesAreInTheDefaultLineAndAskForIncrements() {
        JsonPath nightly = get("/api/v1/policies/eeeeeeee-0000-4000-8000-000000000001");
        JsonPath rare = get("/api/v1/policies/eeeeeeee-0000-4000-8000-000000000002");

        assertThat(List.of(nightly, rare)).allSatisfy(policy -> {
            assertThat(policy.getString("tracker")).isEqualTo("default");
            assertThat(policy.getString("level")).isEqualTo("incremental");
            assertThat(policy.getList("mountpoints")).isNull();
            assertThat(policy.getString("scripts")).isNull();
        });
        assertThat(nightly.getString("schedule.cron")).isEqualTo("0 3 * * *");
        assertThat(nightly.getString("schedule.zone")).isEqualTo("Europe/Berlin");
        assertThat(nightly.getString("selection.pattern")).isEqualTo("w*");
        assertThat(nightly.getInt("retention.keepLast")).isEqualTo(1);
        assertThat(nightly.getString("deadline")).isEqualTo("PT4H");
        assertThat(nightly.getBoolean("quiesce")).isTrue();
        assertThat(nightly.getString("nextDue")).isEqualTo("2199-01-01T02:00:00Z");
        assertThat(nightly.getString("lastOutcome")).isEqualTo("opened a run of 1 VM");
        assertThat(rare.getString("schedule.interval")).isEqualTo("PT300H");
        assertThat(rare.getList("selection.vms")).isEqualTo(List.of("db"));
        assertThat(rare.getBoolean("quiesce")).isFalse();
        assertThat(rare.getBoolean("enabled")).isFalse();
    }

    @Test
    void pointsHaveTheirLevelsAndEpochsTheirPoints() {
        JsonPath points = get("/api/v1/restore-points?vm=" + WEB);

        assertThat(points.getList("level")).isEqualTo(List.of("full", "full", "incremental"));
        assertThat(points.getList("tracker").stream().distinct()).containsExactly("default");
        assertThat(points.getString("[1].disks[0].reason")).isEqualTo("forced-full");
        assertThat(points.getString("[2].parent")).isEqualTo("11111111-0000-4000-8000-000000000002");
        assertThat(points.getString("[2].consistency")).isEqualTo("filesystem");
        assertThat(points.getString("[2].copies[0].digest")).isEqualTo("sha256:3333");
        assertThat(points.getList("pinned")).isEqualTo(List.of(false, false, true));
        assertThat(points.getList("notices")).isEqualTo(List.of(List.of(), List.of(), List.of()));
        assertThat(points.getList("frozenMountpoints")).containsOnlyNulls();
        assertThat(points.getString("[0].copies[0].holds[0].reason")).isEqualTo("evidence");
        JsonPath epochs = get("/api/v1/epochs?vm=" + WEB);
        assertThat(epochs.getString("find { it.disk == '" + VDA + "' }.token")).isEqualTo("token-3");
        assertThat(epochs.getString("find { it.disk == '" + VDA + "' }.point")).isEqualTo(NEWEST);
        assertThat(epochs.getString("find { it.disk == '" + VDB + "' }.reason")).isEqualTo("tracking-unsupported");
    }

    /// The newest stays, and so does what is held; what was removed does not come back.
    @Test
    void retentionWouldRemoveWhatItWouldHaveRemoved() {
        JsonPath dryRun = get("/api/v1/catalog/deletion-hold");

        assertThat(dryRun.getList("removals.policy")).isEqualTo(List.of("nightly"));
        assertThat(dryRun.getString("removals[0].tracker")).isEqualTo("default");
        assertThat(dryRun.getList("removals[0].points.point"))
                .isEqualTo(List.of("11111111-0000-4000-8000-000000000002"));
    }

    @Test
    void tasksSayWhatTheyWereAskedFor() {
        String[] levels = {"incremental", "full", "incremental", "incremental", "incremental", "full"};
        for (int task = 1; task <= levels.length; task++) {
            JsonPath found = get("/api/v1/tasks/99999999-0000-4000-8000-00000000000" + task);
            assertThat(found.getString("level")).as("task %d", task).isEqualTo(levels[task - 1]);
            assertThat(found.getString("tracker")).as("task %d", task).isEqualTo("default");
        }
        JsonPath failed = get("/api/v1/tasks/99999999-0000-4000-8000-000000000004");
        assertThat(failed.getString("state")).isEqualTo("failed");
        assertThat(failed.getString("reason")).isEqualTo("host-unreachable");
        assertThat(get("/api/v1/tasks/99999999-0000-4000-8000-000000000003").getString("point"))
                .isEqualTo(NEWEST);
    }

    @Test
    void restoresClientsAndExportsAreThere() {
        JsonPath restored = get("/api/v1/restores/88888888-0000-4000-8000-000000000001");

        assertThat(restored.getString("state")).isEqualTo("succeeded");
        assertThat(restored.getString("disks[0].path")).isEqualTo("/srv/web-new.qcow2");
        assertThat(restored.getString("newDomain.name")).isEqualTo("web-new");
        assertThat(get("/api/v1/restores/88888888-0000-4000-8000-000000000002").getString("reason"))
                .isEqualTo("timed-out");
        assertThat(get("/api/v1/clients").getList("id")).isEqualTo(List.of("shop"));
        assertThat(get("/api/v1/catalog/exports/77777777-0000-4000-8000-000000000001")
                        .getString("state"))
                .isEqualTo("complete");
    }

    /// An earlier release knew of no snapshots; its VMs may have them now.
    @Test
    void vmsMayHaveSnapshots() {
        assertThat(get("/api/v1/snapshots?all=true").getList("$")).isEmpty();

        post("/api/v1/snapshots", "{\"vm\":\"" + WEB + "\",\"name\":\"a\",\"disks\":[\"vda\"]}", 202);

        JsonPath snapshots = get("/api/v1/snapshots?vm=web");
        assertThat(snapshots.getList("name")).isEqualTo(List.of("a"));
        assertThat(snapshots.getString("[0].state")).isEqualTo("creating");
    }

    /// The broker of the test is a new one, so the host's topics are made again.
    @Test
    void whatWaitedGoesOn() {
        String servers = ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
        post("/api/v1/hosts", "{\"name\":\"hyper\",\"id\":\"" + HOST + "\"}", 201);
        post("/api/v1/repositories", "{\"id\":\"main\"}", 202);
        try (FakeAgent agent = new FakeAgent(servers, HostId.of(HOST))) {
            agent.start();
            agent.say(inventory(), null);

            List<StartBackup> sent = agent.commands(StartBackup.class, 2).stream()
                    .map(Envelope::body)
                    .toList();

            assertIncrement(ordered(sent, 5));
            StartBackup forced = ordered(sent, 6);
            assertThat(forced.disks()).extracting(DiskOrder::reason).containsExactly(Reason.FORCED_FULL);
            assertThat(forced.quiesce()).isFalse();
            until(
                    "what was about to be sent is sent",
                    () -> agent.await(Topics.EVENTS, RunEnded.class, 0).stream()
                            .anyMatch(event -> event.id().toString().startsWith("66666666")));
        }
    }

    /// The epoch's row knows neither image nor size of then; the point does.
    private static void assertIncrement(StartBackup start) {
        assertThat(start.parent()).isEqualTo(RestorePointId.of(NEWEST));
        assertThat(start.tracker()).isEqualTo(TrackerId.DEFAULT);
        assertThat(start.quiesce()).isTrue();
        assertThat(start.mountpoints()).isNull();
        assertThat(start.scripts()).isNull();
        DiskOrder disk = start.disks().getFirst();
        assertThat(disk.disk().toString()).isEqualTo(VDA);
        assertThat(disk.level()).isEqualTo(Level.INCREMENTAL);
        assertThat(disk.parentImageIdentity()).isEqualTo("1:2");
        assertThat(start.disks().getLast().reason()).isEqualTo(Reason.TRACKING_UNSUPPORTED);
    }

    private static StartBackup ordered(List<StartBackup> sent, int task) {
        return sent.stream()
                .filter(start -> start.task().toString().endsWith("0" + task))
                .findFirst()
                .orElseThrow();
    }

    private static InventoryReported inventory() {
        String checkpoint = "tidemark-" + NEWEST;
        var bitmap = new BitmapReport(checkpoint, BitmapState.RECORDING, null, 65_536, null);
        return new InventoryReported(
                "hyper",
                List.of(
                        new VmReport(
                                DomainUuid.of("dddddddd-0000-4000-8000-000000000001"),
                                "web",
                                VmState.RUNNING,
                                List.of(
                                        new DiskReport(
                                                "vda",
                                                "serial-a",
                                                ImageFormat.QCOW2,
                                                1 << 20,
                                                "1:2",
                                                true,
                                                null,
                                                List.of(bitmap)),
                                        new DiskReport(
                                                "vdb",
                                                null,
                                                ImageFormat.RAW,
                                                2 << 20,
                                                "1:3",
                                                false,
                                                Reason.TRACKING_UNSUPPORTED,
                                                List.of())),
                                List.of(checkpoint)),
                        new VmReport(
                                DomainUuid.of("dddddddd-0000-4000-8000-000000000002"),
                                "db",
                                VmState.OFF,
                                List.of(new DiskReport(
                                        "vda", "serial-c", ImageFormat.QCOW2, 1 << 20, "1:4", true, null, List.of())),
                                List.of())));
    }

    private static JsonPath get(String path) {
        return given().get(path).then().statusCode(200).extract().jsonPath();
    }

    private static void post(String path, String body, int status) {
        given().contentType(ContentType.JSON).body(body).post(path).then().statusCode(status);
    }
}
