package io.tidemark.orchestrator.boot;

import static io.restassured.RestAssured.given;
import static io.tidemark.orchestrator.boot.Awaiting.holds;
import static io.tidemark.orchestrator.boot.Awaiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A catalog that has lost everything, and is built anew from what the repository exports, on real servers.
@QuarkusTest
@QuarkusTestResource(RealServers.class)
@SuppressWarnings("NullAway.Init") // the container and JUnit fill the fields
class CatalogRebuildIT {
    private static final String HOLD = "dddddddd-0000-4000-8000-000000000001";
    /// More than one turn of retention.
    private static final Duration A_TURN = Duration.ofSeconds(6);
    /// What no repository knows of a point.
    private static final List<String> NOT_STORED = List.of("freezeMillis", "durationMillis", "task", "pinned");

    @Inject
    AgroalDataSource dataSource;

    /// Its own, as what was said to that of another test is still on topics.
    private final String repository = "repo-" + UUID.randomUUID();

    private ScriptedAgent agent;
    private String vm;

    @BeforeEach
    void connectAnAgent() throws SQLException {
        wipe();
        String bootstrapServers = ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
        String host = post("/api/v1/hosts", "{\"name\":\"hyper\"}", 201).getString("id");
        register();
        agent = new ScriptedAgent(bootstrapServers, HostId.of(host), new RepositoryId(repository), "web");
        until("repository ready", this::isReady);
        until("VM reported", () -> !vms().isEmpty());
        vm = vms().getFirst();
    }

    @AfterEach
    void disconnectTheAgent() {
        agent.close();
    }

    /// Of the host only its enrolment is left, and so is what is under way on topics.
    private void wipe() throws SQLException {
        execute("truncate policy, repository, catalog_export, catalog_export_page, client_request, restore_task,"
                + " point_hold, checkpoint, epoch, point_disk, point_copy, restore_point, task_attempt, task, run,"
                + " disk, vm, incarnation_statement");
        execute("update catalog_state set incarnation = 1, next_sequence = 1, holds_deletion = false");
    }

    @Test
    void emptyCatalogIsTheSameAgainAndDeletesNothingThatNobodyHasSeen() throws SQLException {
        List<String> made = List.of(backUp(), backUp(), backUp());
        List<Map<String, Object>> before = points();
        String export = export(made.getFirst());
        wipe();
        agent.report();
        until("the VM has another id", () -> !vms().isEmpty());
        assertThat(vms()).doesNotContain(vm);
        register();
        until("repository ready", this::isReady);

        JsonPath rebuilt = rebuild(export, 200);

        assertThat(points()).isEqualTo(before);
        assertThat(vms()).containsExactly(vm);
        assertThat(rebuilt.getMap("points")).isEqualTo(Map.of("exported", 3, "added", 3));
        assertThat(rebuilt.getMap("vms")).isEqualTo(Map.of("exported", 1, "added", 1));
        assertThat(rebuilt.getList("notes")).singleElement().asString().contains("goes by that id from now on");
        assertThat(get("/api/v1/catalog").getMap("$")).isEqualTo(Map.of("incarnation", 2, "holdsDeletion", true));
        assertSecondImportChangesNothing(export);
        assertNextBackupsAre("full catalog-rebuilt", "incremental null");
        assertDeletionWaitsForWhoHasSeen(made);
    }

    private void assertSecondImportChangesNothing(String export) {
        List<Map<String, Object>> once = points();
        JsonPath again = rebuild(export, 200);

        assertThat(again.getInt("points.added") + again.getInt("vms.added") + again.getInt("holdsAdded"))
                .isZero();
        assertThat(again.getLong("incarnation")).isEqualTo(2);
        assertThat(points()).isEqualTo(once);
    }

    private void assertNextBackupsAre(String... levels) {
        for (String level : levels) {
            String point = backUp();
            JsonPath made = get("/api/v1/restore-points/" + point);
            assertThat(made.getString("disks[0].level") + " " + made.getString("disks[0].reason"))
                    .isEqualTo(level);
        }
    }

    private void assertDeletionWaitsForWhoHasSeen(List<String> made) {
        post("/api/v1/policies", """
                {"name":"keep","schedule":{"cron":"0 0 1 1 *"},"selection":{"pattern":"web"},
                 "repository":"%s","retention":{"keepLast":2}}""".formatted(repository), 201);
        JsonPath dryRun = get("/api/v1/catalog/deletion-hold");
        assertThat(dryRun.getList("removals[0].points.point")).containsExactly(made.get(1), made.get(2));
        assertThat(dryRun.getString("removals[0].policy")).isEqualTo("keep");
        holds("nothing is removed", A_TURN, () -> states().equals(List.of("available")));
        release("?seen=1.1-nonsense", 409);
        release("?seen=nonsense", 400);
        release("", 400);
        backUp();

        release("?seen=" + dryRun.getString("seen"), 200);

        until("what was seen is gone", () -> ids().stream().noneMatch(made.subList(1, 3)::contains));
        assertThat(ids()).contains(made.getFirst());
        assertThat(get("/api/v1/catalog").getBoolean("holdsDeletion")).isFalse();
        release("", 200);
    }

    @Test
    void whatTheCatalogSaysOtherwiseIsRefusedAndNothingIsChanged() throws SQLException {
        String point = backUp();
        String export = export(point);
        String other = "99999999-0000-4000-8000-000000000001";
        String more = export.replace("\"points\":1", "\"points\":2")
                + export.lines().toList().get(2).replace(point, other) + "\n";

        JsonPath digest = rebuild(more.replace("0".repeat(64), "1".repeat(64)), 409);
        JsonPath owner = rebuild(more.replace(vm, "11111111-0000-4000-8000-000000000001"), 409);
        JsonPath unknown = given().contentType("application/x-ndjson")
                .body(export.getBytes(StandardCharsets.UTF_8))
                .post("/api/v1/catalog/rebuild?repository=nowhere")
                .then()
                .statusCode(404)
                .extract()
                .jsonPath();

        assertThat(digest.getString("detail"))
                .isEqualTo("line 3: restore point " + point + ", commitRecord: expected what the catalog says: "
                        + "0".repeat(64) + ", found " + "1".repeat(64));
        assertThat(owner.getString("detail")).startsWith("line 3: disk ").contains("expected one of VM " + vm);
        assertThat(unknown.getString("detail")).contains("nowhere");
        assertThat(rebuild(more.replace("\"level\":\"full\"", "\"level\":\"half\""), 400)
                        .getString("detail"))
                .startsWith("line 3: disks[0].level: expected one of full, incremental");
        assertThat(ids()).containsExactly(point);
        assertThat(get("/api/v1/catalog").getMap("$")).isEqualTo(Map.of("incarnation", 1, "holdsDeletion", false));
    }

    @Test
    void healthyCatalogKeepsItsEpochsAndGoesOnDeleting() throws SQLException {
        String point = backUp();

        JsonPath rebuilt = rebuild(export(point), 200);

        assertThat(rebuilt.getBoolean("holdsDeletion")).isFalse();
        assertThat(rebuilt.getLong("incarnation")).isEqualTo(1);
        assertThat(rebuilt.getInt("holdsAdded")).isEqualTo(1);
        assertNextBackupsAre("incremental null");
    }

    /// No chain notices a copy, so no epoch ends by one that is listed again.
    @Test
    void copyThatTheCatalogHasLostIsListedAgainAndTheChainGoesOn() throws SQLException {
        backUp();
        String copy = backUp("copy");
        String export = export(copy);
        for (String rows : List.of("point_disk", "point_copy", "checkpoint")) {
            execute("delete from " + rows + " where point_id = '" + copy + "'");
        }
        execute("delete from restore_point where id = '" + copy + "'");

        JsonPath rebuilt = rebuild(export, 200);

        assertThat(rebuilt.getInt("points.added")).isOne();
        assertThat(get("/api/v1/restore-points/" + copy).getString("level")).isEqualTo("copy");
        assertNextBackupsAre("incremental null");
    }

    @Test
    void exportThatTheMaintenanceRoleTellsMakesTheCatalogTheSameAgain() throws SQLException {
        String made = backUp();
        List<Map<String, Object>> before = points();
        String export = export(made);
        String earlier = export.replace("evidence", "nothing").stripTrailing();
        wipe();
        register();
        until("repository ready", this::isReady);
        agent.exporting(earlier, export, export);

        String asked = askForExport();
        until("all pages have come", () -> exportState(asked).equals("complete"));
        JsonPath rebuilt = rebuildFrom(asked, 200);

        assertThat(points()).isEqualTo(before);
        assertThat(vms()).containsExactly(vm);
        assertThat(rebuilt.getMap("points")).isEqualTo(Map.of("exported", 1, "added", 1));
        assertThat(rebuilt.getBoolean("holdsDeletion")).isTrue();
        assertThat(get("/api/v1/restore-points/" + made).getString("copies[0].holds[0].reason"))
                .isEqualTo("evidence");
        assertThat(rebuildFrom(asked, 200).getInt("points.added")).isZero();
    }

    @Test
    void exportThatNobodyTellsStaysAskedForUntilAnotherIs() {
        String first = askForExport();

        assertThat(rebuildFrom(first, 409).getString("detail"))
                .isEqualTo("export " + first + ": expected all its pages, found none by now");
        String second = askForExport();

        given().get("/api/v1/catalog/exports/" + first).then().statusCode(404);
        assertThat(exportState(second)).isEqualTo("asked");
        given().post("/api/v1/catalog/exports?repository=nowhere").then().statusCode(404);
        given().post("/api/v1/catalog/exports").then().statusCode(400);
        given().get("/api/v1/catalog/exports/x").then().statusCode(400);
    }

    /// The repository of a lost catalog states a higher incarnation, and what was not sent yet is forgotten then.
    @Test
    void exportThatWasAskedForBeforeTheIncarnationRoseIsAskedForAgain() throws SQLException {
        String export = export(backUp());
        String asked = askForExport();
        agent.exporting(export);

        agent.state(5);

        until("all pages have come", () -> exportState(asked).equals("complete"));
        assertThat(get("/api/v1/catalog").getLong("incarnation")).isEqualTo(6);
    }

    private String askForExport() {
        return post("/api/v1/catalog/exports?repository=" + repository, "", 202).getString("export");
    }

    private static String exportState(String export) {
        return get("/api/v1/catalog/exports/" + export).getString("state");
    }

    private static JsonPath rebuildFrom(String export, int status) {
        return post("/api/v1/catalog/rebuild/" + export, "", status);
    }

    /// A domain is one VM: the one that was backed up last, unless the catalog uses another for it.
    @Test
    void domainThatIsAnotherVmByNowStaysThatAndThePointsAreListedAllTheSame() throws SQLException {
        String point = backUp();
        String old = "11111111-0000-4000-8000-000000000001";
        String oldPoint = "aaaaaaaa-0000-4000-8000-000000000001";
        String disk = get("/api/v1/restore-points/" + point).getString("disks[0].disk");
        String export = export(point)
                .replace(vm, old)
                .replace(point, oldPoint)
                .replace(HOLD, oldPoint)
                .replace(disk, "cccccccc-0000-4000-8000-000000000001");

        JsonPath rebuilt = rebuild(export, 200);

        assertThat(rebuilt.getList("notes")).singleElement().asString().contains("is another VM by now");
        assertThat(ids()).containsExactlyInAnyOrder(point, oldPoint);
        assertThat(get("/api/v1/vms/" + vm).getString("host")).isNotBlank();
        assertThat(get("/api/v1/vms/" + old).getString("domain")).isEqualTo(old);
        assertThat(rebuild(export, 200).getInt("points.added")).isZero();
    }

    /// What the repository's log would say of the points, one of them held.
    private String export(String held) throws SQLException {
        JsonPath all = get("/api/v1/restore-points?vm=" + vm);
        List<String> lines = new ArrayList<>();
        String domain = get("/api/v1/vms/" + vm).getString("domain");
        String newest = "";
        for (int at = 0; at < all.getList("$").size(); at++) {
            String of = "[" + at + "].";
            String id = all.getString(of + "id");
            newest = attempt(id);
            String parent = all.getString(of + "parent");
            String reason = all.getString(of + "disks[0].reason");
            lines.add("""
                    {"kind":"point","vm":"%s","point":"%s","tracker":"default",%s"attempt":"%s","takenAt":"%s",\
                    "consistency":"crash","newBytes":%d,"storedBytes":%d,"commitRecord":"%s",\
                    "session":"bbbbbbbb-0000-4000-8000-000000000001","disks":[{"disk":"%s","target":"vda",\
                    "sizeBytes":%d,"level":"%s",%s"newBytes":%d,"storedBytes":%d,"root":"x","imageIdentity":"1:2",\
                    "serial":"serial-1","format":"qcow2"}],"holds":[%s]}""".formatted(
                            vm,
                            id,
                            parent == null ? "" : "\"parent\":\"" + parent + "\",",
                            newest,
                            all.getString(of + "takenAt"),
                            all.getLong(of + "copies[0].newBytes"),
                            all.getLong(of + "copies[0].storedBytes"),
                            all.getString(of + "copies[0].digest"),
                            all.getString(of + "disks[0].disk"),
                            all.getLong(of + "disks[0].virtualSizeBytes"),
                            all.getString(of + "disks[0].level"),
                            reason == null ? "" : "\"reason\":\"" + reason + "\",",
                            all.getLong(of + "disks[0].dirtyBytes"),
                            all.getLong(of + "disks[0].storedBytes"),
                            id.equals(held) ? hold() : ""));
        }
        lines.addFirst(("{\"kind\":\"vm\",\"vm\":\"%s\",\"name\":\"web\",\"domain\":\"%s\","
                        + "\"newestAttempt\":\"%s\",\"points\":%d}")
                .formatted(vm, domain, newest, lines.size()));
        lines.addFirst("{\"kind\":\"repository\",\"format\":1,\"incarnation\":1,\"vms\":1,"
                + "\"repository\":\"eeeeeeee-0000-4000-8000-000000000001\"}");
        return String.join("\n", lines) + "\n";
    }

    private static String hold() {
        return "{\"hold\":\"" + HOLD + "\",\"reason\":\"evidence\",\"heldAt\":\"2026-01-02T03:04:05.123456789Z\"}";
    }

    private String attempt(String point) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select attempt_incarnation || '.' || attempt_sequence"
                        + " from restore_point where id = '" + point + "'")) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private void execute(String command) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private String backUp() {
        return backUp("incremental");
    }

    private String backUp(String level) {
        String body = "{\"vm\":\"%s\",\"repository\":\"%s\",\"quiesce\":false,\"level\":\"%s\"}"
                .formatted(vm, repository, level);
        String task = post("/api/v1/backups", body, 202).getString("task");
        until(
                "backup ended",
                () -> get("/api/v1/tasks/" + task).getString("state").equals("succeeded"));
        return get("/api/v1/tasks/" + task).getString("point");
    }

    /// As far as a repository knows it, without holds.
    private static List<Map<String, Object>> points() {
        List<Map<String, Object>> points = new ArrayList<>();
        for (Map<String, Object> point : get("/api/v1/restore-points").<Map<String, Object>>getList("$")) {
            Map<String, Object> stored = new HashMap<>(point);
            NOT_STORED.forEach(stored::remove);
            stored.computeIfPresent("copies", (_, copies) -> copies.toString().replaceAll("holds:?=?\\[.*?]", "holds"));
            points.add(stored);
        }
        return points;
    }

    private static List<String> ids() {
        return get("/api/v1/restore-points").getList("findAll{it.copies[0].state == 'available'}.id");
    }

    private static List<String> states() {
        return get("/api/v1/restore-points").<String>getList("copies.state.flatten()").stream()
                .distinct()
                .toList();
    }

    private static List<String> vms() {
        return get("/api/v1/vms").getList("id");
    }

    private void register() {
        post("/api/v1/repositories", "{\"id\":\"" + repository + "\"}", 202);
    }

    private boolean isReady() {
        return get("/api/v1/repositories/" + repository).getString("state").equals("ready");
    }

    private JsonPath rebuild(String export, int status) {
        return given().contentType("application/x-ndjson")
                .body(export.getBytes(StandardCharsets.UTF_8))
                .post("/api/v1/catalog/rebuild?repository=" + repository)
                .then()
                .statusCode(status)
                .extract()
                .jsonPath();
    }

    private static void release(String query, int status) {
        given().delete("/api/v1/catalog/deletion-hold" + query).then().statusCode(status);
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
