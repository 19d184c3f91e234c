package io.tidemark.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the commands of epochs ask of an orchestrator, and what they say of its answers.
class EpochCommandsTest {
    private static final String NOW = "/api/v1/epochs/now";
    private static final String LIST = "/api/v1/epochs";
    private static final String LIVE = """
            {"vm":"v-1","vmName":"web","disk":"d-1","target":"vda","tracker":"default","token":"AbC-1",
             "validSince":"2026-01-02T03:04:05Z","granularityBytes":65536,"dirtyBytes":1572864,"reason":null,
             "detail":null,"askedAt":"2026-01-02T04:00:00Z","answeredAt":"2026-01-02T04:00:01Z"}""";
    private static final String NONE = """
            {"vm":"v-1","vmName":"web","disk":"d-1","target":"vda","tracker":"default","token":null,
             "validSince":null,"granularityBytes":65536,"dirtyBytes":null,"reason":"bitmap-missing",
             "detail":"vda has no bitmap of that name","askedAt":"2026-01-02T04:00:00Z",
             "answeredAt":"2026-01-02T04:00:01Z"}""";
    private static final String BOTH = """
            [{"vm":"v-1","disk":"d-1","tracker":"default","point":"p","repository":"main","token":"AbC-1",
              "validSince":"2026-01-02T03:04:05Z","granularityBytes":65536,"revision":3},
             {"vm":"v-1","disk":"d-2","tracker":"default","token":null,"granularityBytes":65536,
              "reason":"disk-added","revision":1}]""";

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final HttpServer server;

    EpochCommandsTest() throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
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
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private RepoRun epoch(String... arguments) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        return RepoRun.of(EpochMain::run, Map.of("TIDEMARK_ORCHESTRATOR", url), arguments);
    }

    @Test
    void aLiveEpochIsShownToPeople() {
        answer(NOW, 200, LIVE);

        RepoRun run = epoch("show", "web", "vda");

        assertThat(run.notes()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(asked).containsExactly("GET /api/v1/epochs/now?vm=web&disk=vda&tracker=default");
        assertThat(run.answer().lines())
                .containsExactly(
                        "VM           web  v-1",
                        "disk         vda  d-1",
                        "tracker      default",
                        "token        AbC-1",
                        "valid since  2026-01-02T03:04:05Z",
                        "dirty now    1.5 MiB (1572864 bytes), in granules of 64.0 KiB");
    }

    @Test
    void aDiskWithoutEpochEndsWithACodeOfItsOwn() {
        answer(NOW, 200, NONE);

        RepoRun run = epoch("show", "web", "vda");

        assertThat(run.notes()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.answer().lines())
                .containsExactly(
                        "VM           web  v-1",
                        "disk         vda  d-1",
                        "tracker      default",
                        "no epoch: bitmap-missing",
                        "detail       vda has no bitmap of that name",
                        "the next backup of the disk is full");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host-unreachable", "not-observed"})
    void whatNobodyCouldLookAtIsNotSaidToHaveNoEpoch(String reason) {
        answer(NOW, 200, "{\"vm\":\"v-1\",\"disk\":\"d-1\",\"tracker\":\"default\",\"reason\":\"" + reason + "\"}");

        RepoRun run = epoch("show", "v-1", "d-1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.answer()).contains("not known now: " + reason).doesNotContain("next backup");
    }

    /// An orchestrator leaves out what is null.
    @Test
    void whatIsLeftOutIsNotMadeUp() {
        answer(NOW, 200, "{\"vm\":\"v-1\",\"disk\":\"d-1\",\"tracker\":\"default\",\"token\":\"AbC-1\"}");

        RepoRun run = epoch("show", "v-1", "d-1");

        assertThat(run.exitCode()).isZero();
        assertThat(run.answer().lines())
                .containsExactly(
                        "VM           v-1",
                        "disk         d-1",
                        "tracker      default",
                        "token        AbC-1",
                        "valid since  -",
                        "dirty now    not counted");
    }

    @Test
    void noEpochWithoutReasonIsNoEpoch() {
        answer(NOW, 200, "{\"vm\":\"v-1\",\"disk\":\"d-1\",\"tracker\":\"default\"}");

        RepoRun run = epoch("show", "v-1", "d-1");

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.answer()).contains("no epoch: no reason is given").doesNotContain("detail");
    }

    @Test
    void programsGetTheAnswerAsItCame() throws Exception {
        answer(NOW, 200, LIVE);
        answer(LIST, 200, BOTH);

        RepoRun shown = epoch("show", "web", "vda", "--json");
        RepoRun listed = epoch("list", "--json");

        assertThat(shown.exitCode()).isZero();
        assertThat(shown.json()).isEqualTo(new ObjectMapper().readTree(LIVE));
        assertThat(listed.exitCode()).isZero();
        assertThat(listed.json()).isEqualTo(new ObjectMapper().readTree(BOTH));
    }

    @Test
    void aProgramLearnsOfNoEpochByTheCodeToo() throws Exception {
        answer(NOW, 200, NONE);

        RepoRun run = epoch("show", "web", "vda", "--json");

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.json()).isEqualTo(new ObjectMapper().readTree(NONE));
    }

    @Test
    void whatWasTypedIsAskedForAsItIs() {
        answer(NOW, 200, LIVE);

        RepoRun run = epoch("show", "web & db/1", "vda", "--tracker", "audit");

        assertThat(run.exitCode()).isZero();
        assertThat(asked).containsExactly("GET /api/v1/epochs/now?vm=web+%26+db%2F1&disk=vda&tracker=audit");
    }

    @Test
    void epochsAreListedAsLastKnown() {
        answer(LIST, 200, BOTH);

        RepoRun run = epoch("list");

        assertThat(run.exitCode()).isZero();
        assertThat(asked).containsExactly("GET /api/v1/epochs");
        assertThat(run.answer().lines())
                .containsExactly(
                        "VM   DISK  TRACKER  VALID SINCE           REASON",
                        "v-1  d-1   default  2026-01-02T03:04:05Z  -",
                        "v-1  d-2   default  -                     disk-added",
                        "as last known; to ask the host of a disk: ./tidemark epoch show VM DISK");
    }

    @Test
    void theEpochsOfOneVmAreAskedFor() {
        answer(LIST, 200, "[]");

        RepoRun run = epoch("list", "--vm", "v-1");

        assertThat(asked).containsExactly("GET /api/v1/epochs?vm=v-1");
        assertThat(run.exitCode()).isZero();
        assertThat(run.answer().strip()).isEqualTo("no epoch is known");
    }

    @Test
    void aRefusalIsToldInItsWords() {
        answer(LIST, 404, "{\"status\":404,\"detail\":\"no VM web\\u001b[2J\"}");

        RepoRun shown = epoch("show", "web", "vda");
        RepoRun listed = epoch("list", "--json");

        assertThat(List.of(shown.exitCode(), listed.exitCode())).containsOnly(1);
        assertThat(shown.notes()).contains("404: no VM web\\u001b[2J").doesNotContain("\tat ");
        assertThat(listed.notes()).contains("404: no VM web\\u001b[2J");
        assertThat(shown.answer() + listed.answer()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"show web vda", "list"})
    void anOrchestratorThatIsAwayIsNamed(String command) {
        String nowhere = "http://127.0.0.1:1";

        RepoRun run = epoch((command + " --orchestrator " + nowhere).split(" "));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.notes()).contains(nowhere, "expected an answer");
        assertThat(run.answer()).isEmpty();
    }

    /// Somebody else may listen at the URL.
    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "null", "{\"vm\":\"v-1\"}"})
    void anotherAnswerIsNotTakenForNoEpoch(String other) {
        answer(NOW, 200, other);

        RepoRun run = epoch("show", "web", "vda");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.notes()).contains("expected the epoch of a disk");
    }

    @Test
    void whatIsNoListIsNotTakenForAnEmptyOne() {
        answer(LIST, 200, "{}");

        RepoRun run = epoch("list");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.notes()).contains("expected a list of epochs, found none");
    }

    @Test
    void foreignTextDoesNotSteerTheTerminal() {
        answer(NOW, 200, NONE.replace("web", "we\\u001b[2Jb").replace("vda has", "a\\n\\u202eb"));
        answer(LIST, 200, BOTH.replace("disk-added", "x\\u009b2J"));

        RepoRun shown = epoch("show", "web", "vda");
        RepoRun listed = epoch("list");
        RepoRun listedForPrograms = epoch("list", "--json");

        assertThat(shown.answer().lines())
                .hasSize(6)
                .contains("VM           we\\u001b[2Jb  v-1", "detail       a\\u000a\\u202eb no bitmap of that name");
        assertThat(listed.answer()).contains("x\\u009b2J");
        assertThat(listedForPrograms.answer()).contains("x\\u009b2J");
    }

    @ParameterizedTest
    @CsvSource({
        "'', Missing required subcommand",
        "show, Missing required parameters: 'VM'",
        "show web, Missing required parameter: 'DISK'",
        "show web vda vdb, Unmatched argument",
        "list web, Unmatched argument",
        "list --tracker x, Unknown option",
        "show web vda --orchestrator web, --orchestrator: expected a URL",
    })
    void wrongUsageIsTold(String command, String told) {
        RepoRun run = epoch(command.isEmpty() ? new String[0] : command.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.notes()).contains(told);
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--help, 4 the disk has no epoch",
        "show --help, ./tidemark epoch show",
        "list --help, ./tidemark epoch list"
    })
    void helpIsAnAnswer(String command, String told) {
        RepoRun run = epoch(command.split(" "));

        assertThat(run.exitCode()).isZero();
        assertThat(run.answer()).contains(told);
        assertThat(run.notes()).isEmpty();
    }
}
