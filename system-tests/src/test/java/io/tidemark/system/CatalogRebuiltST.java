package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.demo.tour.Tidemark;
import io.tidemark.embedded.launcher.RestClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Invariant I10: PostgreSQL is lost with all its data. The catalog is built anew from the repository alone, as a
/// person would do it, first by what its maintenance role tells and then from its folder. Its points restore, a
/// copy is a copy, each of two trackers goes on by itself, and no point is removed before somebody has seen which.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogRebuiltST {
    /// More than one turn of retention.
    private static final Duration A_TURN = Duration.ofSeconds(7);
    /// What no repository knows of a point.
    private static final List<String> NOT_STORED = List.of("freezeMillis", "durationMillis", "task", "pinned");

    private Stack stack;
    private RestClient rest;

    @BeforeAll
    void start() throws Exception {
        stack = Stack.start(Map.of());
        rest = stack.all.rest();
    }

    @AfterAll
    void stop() throws Exception {
        stack.close();
    }

    @Test
    void aCatalogThatWasLostIsTheSameAgain() throws Exception {
        long atLeast = stack.guest.lastRecord();
        String held = stack.backUp();
        long atMost = stack.guest.newestPossibleRecord();
        String next = backUp("default", "differential"); // so that one is among what is lost
        backUp("audit", "incremental");
        backUp("audit", "incremental");
        long copiedAtLeast = stack.guest.lastRecord();
        String copy = backUp("default", "copy");
        long copiedAtMost = stack.guest.newestPossibleRecord();
        tidemark("RepoMain", "hold", held, "--reason", "evidence", "--repository", repository());
        List<JsonNode> before = points();

        loseAndFindTheVmUnderAnotherId();
        String told = rebuildByTheMaintenanceRole();

        assertThat(told).contains("points  5 in the export, 5 were not known", "nothing is removed until somebody");
        assertThat(points()).isEqualTo(before);
        assertThat(points())
                .extracting(point -> point.path("tracker").asText() + " "
                        + point.path("level").asText())
                .containsExactly(
                        "default full", "default differential", "audit full", "audit incremental", "default copy");
        assertThat(rest.get("/api/v1/restore-points/" + held)
                        .at("/copies/0/holds/0/reason")
                        .asText())
                .isEqualTo("evidence");
        stack.assertRestores(held, atLeast, atMost);
        stack.assertRestores(copy, copiedAtLeast, copiedAtMost);
        assertThat(rebuild()).contains("points  5 in the export, 0 were not known");
        String full = stack.assertNextBackupRestores();
        assertGoesOn("audit", backUp("audit", "incremental"));
        assertGoesOn("default", full);
        assertDeletionWaits(held, next);
        stack.assertNothingIsLeft();
    }

    /// @param first the tracker's first point since the loss
    private void assertGoesOn(String tracker, String first) throws Exception {
        String second = backUp(tracker, "incremental");

        assertThat(levels(first)).containsOnly("full catalog-rebuilt");
        assertThat(levels(second)).containsOnly("incremental ");
        assertThat(stack.point(second).path("parent").asText()).isEqualTo(first);
        assertThat(stack.point(second).path("tracker").asText()).isEqualTo(tracker);
    }

    private String backUp(String tracker, String level) throws Exception {
        stack.guest.awaitRecord(stack.guest.lastRecord() + 1);
        Map<String, Object> wish =
                Map.of("vm", stack.vm, "repository", Stack.REPOSITORY, "tracker", tracker, "level", level);
        JsonNode ended = stack.tidemark.awaitTask(
                rest.post("/api/v1/backups", wish).path("task").asText());
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("succeeded");
        return ended.path("point").asText();
    }

    private void loseAndFindTheVmUnderAnotherId() throws Exception {
        stack.all.agent().close();
        stack.losePostgres();
        rest.post("/api/v1/hosts", Map.of("name", "again", "id", stack.all.hostId()));
        stack.all.startAgent(Map.of());
        assertThat(stack.tidemark.awaitVm("guest")).isNotEqualTo(stack.vm);
    }

    private void assertDeletionWaits(String held, String next) throws Exception {
        rest.post(
                "/api/v1/policies",
                Map.of(
                        "name", "rare",
                        "schedule", Map.of("cron", "0 0 1 1 *"),
                        "selection", Map.of("pattern", "guest"),
                        "repository", Stack.REPOSITORY,
                        "retention", Map.of("keepLast", 2)));
        Instant end = Instant.now().plus(A_TURN);
        while (Instant.now().isBefore(end)) {
            assertThat(points()).hasSize(9);
        }
        String dryRun = tidemark("CatalogMain", "dry-run", "--orchestrator", orchestrator());
        assertThat(dryRun).contains(next).doesNotContain(held);
        String seen = dryRun.substring(dryRun.lastIndexOf(' ') + 1).strip();

        assertThat(tidemark("CatalogMain", "let-go", seen, "--orchestrator", orchestrator()))
                .contains("deletion goes on");

        Tidemark.await("the point that was seen removed", Stack.SOON, this::ids, ids -> !ids.contains(next));
        assertThat(ids()).hasSize(8).contains(held);
    }

    /// With neither folder nor file, as on a machine that reaches the orchestrator alone.
    private String rebuildByTheMaintenanceRole() throws Exception {
        return tidemark("CatalogMain", "rebuild", "--name", Stack.REPOSITORY, "--orchestrator", orchestrator());
    }

    private String rebuild() throws Exception {
        return tidemark(
                "CatalogMain",
                "rebuild",
                "--repository",
                repository(),
                "--name",
                Stack.REPOSITORY,
                "--orchestrator",
                orchestrator());
    }

    private String repository() {
        return stack.repository().toString();
    }

    private String orchestrator() {
        return stack.all.restUri().toString();
    }

    /// As `./tidemark repo` and `./tidemark catalog` run the agent's jars; what it says.
    private static String tidemark(String main, String... arguments) throws IOException, InterruptedException {
        Path app = Path.of("../host-agent/target/quarkus-app").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                app + "/app/*:" + app + "/lib/main/*:" + app + "/lib/boot/*",
                "io.tidemark.agent.cli." + main));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private List<String> levels(String point) throws Exception {
        List<String> levels = new ArrayList<>();
        for (JsonNode disk : stack.point(point).path("disks")) {
            levels.add(disk.path("level").asText() + " " + disk.path("reason").asText(""));
        }
        return levels;
    }

    private List<String> ids() throws IOException, InterruptedException {
        return points().stream().map(point -> point.path("id").asText()).toList();
    }

    /// As far as a repository knows them, without what is held, which no catalog heard of before.
    private List<JsonNode> points() throws IOException, InterruptedException {
        List<JsonNode> points = stack.tidemark.points(stack.vm);
        for (JsonNode point : points) {
            ((ObjectNode) point).remove(NOT_STORED);
            point.path("copies").forEach(copy -> ((ObjectNode) copy).remove("holds"));
            point.path("disks").forEach(disk -> ((ObjectNode) disk).remove("dirtyBytes"));
        }
        return points;
    }
}
