package io.tidemark.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.agent.repository.BlobRepository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the commands of the catalog ask of an orchestrator, and what they say of its answers.
class CatalogCommandsTest {
    private static final String REBUILT = """
            {"repository":"main","incarnation":2,"holdsDeletion":true,"vms":{"exported":2,"added":1},
             "points":{"exported":3,"added":3},"holdsAdded":1,"notes":["VM x is y"]}""";
    private static final String DRY_RUN = """
            {"holdsDeletion":true,"seen":"2.1-abc","points":1,"removals":[{"repository":"main","vm":"v",
             "vmName":"web","policy":"nightly","points":[{"point":"p","takenAt":"2026-01-02T03:04:05Z",
             "storedBytes":1536,"why":"retention"}]}]}""";

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final Path folder;
    private final HttpServer server;

    CatalogCommandsTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        BlobRepository _ = TwoVms.write(folder);
        answer("/api/v1/repositories", 202, "{}");
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(String path, int status, String body) {
        server.createContext(path, exchange -> answer(exchange, status, body));
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        String given = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + given);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private RepoRun catalog(String... arguments) {
        Map<String, String> environment = Map.of(
                "TIDEMARK_REPOSITORY",
                folder.toString(),
                "TIDEMARK_ORCHESTRATOR",
                "http://127.0.0.1:" + server.getAddress().getPort());
        return RepoRun.of(CatalogMain::run, environment, arguments);
    }

    @Test
    void anExportOfTheRepositoryIsSentAndTheAnswerToldToPeople() {
        answer("/api/v1/catalog/rebuild", 200, REBUILT);

        RepoRun run = catalog("rebuild");

        assertThat(run.notes()).isEmpty();
        assertThat(run.exitCode()).isZero();
        RepoRun exported = RepoRun.of(Map.of("TIDEMARK_REPOSITORY", folder.toString()), "export-catalog");
        assertThat(asked)
                .containsExactly(
                        "POST /api/v1/repositories {\"id\":\"main\"}",
                        "POST /api/v1/catalog/rebuild?repository=main "
                                + exported.answer().replace(System.lineSeparator(), "\n"));
        assertThat(run.answer())
                .contains(
                        "  VMs     2 in the export, 1 were not known",
                        "  points  3 in the export, 3 were not known",
                        "note: VM x is y",
                        "next: ./tidemark catalog dry-run");
    }

    @Test
    void aFileIsSentAsItIsUnderTheNameThatWasTyped(@TempDir Path other) throws IOException {
        answer("/api/v1/catalog/rebuild", 200, REBUILT);
        Path file = Files.writeString(other.resolve("export"), "one\ntwo\n");

        assertThat(catalog("rebuild", "--from", file.toString(), "--name", "b-2")
                        .exitCode())
                .isZero();

        assertThat(asked).last().isEqualTo("POST /api/v1/catalog/rebuild?repository=b-2 one\ntwo\n");
        assertThat(catalog("rebuild", "--from", other.resolve("none").toString())
                        .notes())
                .contains("--from: expected a file");
    }

    /// In the environment of a person who has no repository at hand.
    private RepoRun asking(String... arguments) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        return RepoRun.of(CatalogMain::run, Map.of("TIDEMARK_ORCHESTRATOR", url), arguments);
    }

    private static String export(String state, int pages, int heard) {
        return "{\"export\":\"e-1\",\"repository\":\"b-2\",\"state\":\"%s\",\"pages\":%d,\"pagesHeard\":%d%s}"
                .formatted(state, pages, heard, state.equals("failed") ? ",\"detail\":\"digest-mismatch: x\"" : "");
    }

    @Test
    void withoutFolderAndFileTheMaintenanceRoleIsAsked() {
        answer("/api/v1/catalog/exports", 202, export("asked", 0, 0));
        answer("/api/v1/catalog/exports/e-1", 200, export("complete", 2, 2));
        answer("/api/v1/catalog/rebuild/e-1", 200, REBUILT);

        RepoRun run = asking("rebuild", "--name", "b-2");

        assertThat(run.notes()).isEmpty();
        assertThat(asked)
                .containsExactly(
                        "POST /api/v1/repositories {\"id\":\"b-2\"}",
                        "POST /api/v1/catalog/exports?repository=b-2 ",
                        "GET /api/v1/catalog/exports/e-1 ",
                        "POST /api/v1/catalog/rebuild/e-1 ");
        assertThat(run.answer()).contains("points  3 in the export", "next: ./tidemark catalog dry-run");
    }

    @Test
    void nobodyWhoAnswersWithinAMinuteIsTold() {
        answer("/api/v1/catalog/exports", 202, export("asked", 0, 0));
        answer("/api/v1/catalog/exports/e-1", 200, export("asked", 0, 0));

        RepoRun run = asking("rebuild", "--name", "b-2");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.notes())
                .contains("repository b-2: expected an export from its maintenance role, found nobody who answered"
                        + " within 60 s; an agent must run that has b-2 among its repositories");
        assertThat(asked).noneMatch(each -> each.contains("/rebuild"));
    }

    @Test
    void anExportThatStopsHalfWayIsTold() {
        answer("/api/v1/catalog/exports", 202, export("asked", 0, 0));
        answer("/api/v1/catalog/exports/e-1", 200, export("arriving", 5, 2));

        assertThat(asking("rebuild", "--wait", "5").notes()).contains("found 2 of 5 pages within 5 s");
        assertThat(asking("rebuild", "--wait", "0").notes()).contains("--wait: expected a number of seconds from 1");
    }

    @Test
    void whatTheMaintenanceRoleFailsOfIsTold() {
        answer("/api/v1/catalog/exports", 202, export("failed", 0, 0));

        assertThat(asking("rebuild").notes())
                .contains("expected an export from its maintenance role, found digest-mismatch: x");
    }

    @Test
    void whatTheOrchestratorRefusesIsToldInItsWords() {
        answer("/api/v1/catalog/rebuild", 409, "{\"status\":409,\"detail\":\"line 3: other\"}");

        RepoRun run = catalog("rebuild");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.notes()).contains("409: line 3: other").doesNotContain("\tat ");
        assertThat(run.answer()).isEmpty();
    }

    @Test
    void aRefusalDoesNotSteerTheTerminal() {
        answer("/api/v1/catalog/rebuild", 502, "\u001b[2J<html>");

        assertThat(catalog("rebuild").notes()).contains("502: \\u001b[2J<html>").doesNotContain("\u001b");
    }

    @Test
    void anAnswerThatIsNoJsonIsToldOnOneLine() {
        answer("/api/v1/catalog/rebuild", 200, "<html>");

        RepoRun run = catalog("rebuild");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.notes().lines())
                .singleElement()
                .asString()
                .contains("expected JSON, found Unexpected character");
    }

    @Test
    void anOrchestratorThatIsNotThereIsNamed() {
        String nowhere = "http://127.0.0.1:1";

        RepoRun run = catalog("rebuild", "--orchestrator", nowhere);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.notes()).contains(nowhere, "expected an answer");
        assertThat(catalog("dry-run", "--orchestrator", "web").exitCode()).isEqualTo(2);
    }

    @Test
    void theDryRunSaysHowToLetDeletionGoOn() {
        answer("/api/v1/catalog/deletion-hold", 200, DRY_RUN);

        assertThat(catalog("dry-run").answer().lines())
                .containsExactly(
                        "REPOSITORY  VM   POLICY   POINT  TAKEN AT              STORED   WHY",
                        "main        web  nightly  p      2026-01-02T03:04:05Z  1.5 KiB  retention",
                        "deletion stands still; to let it go on: ./tidemark catalog let-go 2.1-abc");
    }

    @Test
    void whatWasSeenIsGivenBack() {
        answer("/api/v1/catalog/deletion-hold", 200, DRY_RUN.replace("true", "false"));

        assertThat(catalog("let-go", "2.1-abc").answer().strip()).isEqualTo("deletion goes on");

        assertThat(asked).containsExactly("DELETE /api/v1/catalog/deletion-hold?seen=2.1-abc ");
        assertThat(catalog("let-go").exitCode()).isEqualTo(2);
    }
}
