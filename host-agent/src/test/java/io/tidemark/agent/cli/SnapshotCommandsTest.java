package io.tidemark.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the commands of snapshots ask of an orchestrator, and what they say of its answers.
class SnapshotCommandsTest {
    private static final String SNAPSHOTS = "/api/v1/snapshots";
    private static final String VM = "3f2504e0-4f89-41d3-9a0c-000000000030";
    private static final String LISTING = """
            {"vm":"v-1","vmName":"web","host":"h-1","observed":true,"volumes":[
              {"target":"vda","volume":"/srv/web.qcow2","format":"qcow2","storage":"xfs","mechanisms":[
                {"mechanism":"qcow2-overlay","kind":"overlay-receives-writes","blocks":"shared","available":true,
                 "namespace":"n","sharesNamesWith":["/srv/db.qcow2"]},
                {"mechanism":"lvm-thin","kind":"base-modified-cow","blocks":"shared","available":false,
                 "whyNot":"not on LVM","sharesNamesWith":[]}],
               "snapshots":[
                {"origin":"foreign","mechanism":"qcow2-internal","kind":"base-modified-cow","blocks":"shared",
                 "storageName":"hers","takenAt":"2026-01-02T03:04:05Z","keptBytes":2048,"hangsOnIt":["a clone"]}]}],
             "missing":[{"snapshot":"s-2","name":"gone","detail":"expected it, found that it was removed"}]}""";

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final HttpServer server;

    SnapshotCommandsTest() throws IOException {
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

    private static String aSnapshot(String state, String action, String taskState, String more) {
        return """
                {"id":"s-1","vm":"v-1","host":"h-1","name":"a","state":"%s",
                 "taken":{"at":"2026-01-02T03:04:05Z","consistency":"filesystem","memory":false,"freezeMillis":12,
                          "pauseMillis":0,"skewMicros":7,"durationMillis":40},
                 "members":[{"target":"vda","volume":"/srv/web.qcow2","mechanism":"qcow2-overlay",
                   "kind":"overlay-receives-writes","blocks":"shared","storageName":"a","newFile":"/srv/web.a",
                   "newFileIs":"receives-writes","namespace":"n",
                   "costOfKeeping":"It grows.","costOfDropping":"Copies."}],
                 "createdAt":"2026-01-02T03:04:00Z",
                 "tasks":[{"id":"t-0","action":"create","state":"succeeded"},
                          {"id":"t-1","action":"%s","state":"%s"%s}]}""".formatted(state, action, taskState, more);
    }

    /// Answers one after the other, and the last one again and again.
    private void answer(String path, int status, String... bodies) {
        Deque<String> left = new ArrayDeque<>(List.of(bodies));
        server.createContext(path, exchange -> {
            String body = left.size() > 1 ? left.removeFirst() : left.getFirst();
            answer(exchange, status, body);
        });
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + (sent.isEmpty() ? "" : " " + sent));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private RepoRun snapshot(String... arguments) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        return RepoRun.of(SnapshotMain::run, Map.of("TIDEMARK_ORCHESTRATOR", url), arguments);
    }

    @Test
    void createWaitsForTheEndAndTellsWhatWasTaken() {
        answer(
                SNAPSHOTS,
                200,
                aSnapshot("creating", "create", "waiting", ""),
                aSnapshot("creating", "create", "dispatched", ""),
                aSnapshot("present", "create", "succeeded", ""));

        RepoRun run = snapshot("create", "web", "--name", "a", "--kind", "overlay-receives-writes", "--disk", "vda");

        assertThat(run.notes()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(asked)
                .containsExactly(
                        "POST /api/v1/snapshots {\"vmName\":\"web\",\"disks\":[\"vda\"],\"name\":\"a\","
                                + "\"kind\":\"overlay-receives-writes\"}",
                        "GET /api/v1/snapshots/s-1",
                        "GET /api/v1/snapshots/s-1");
        assertThat(run.answer().lines())
                .containsExactly(
                        "snapshot     a  s-1",
                        "VM           v-1",
                        "host         h-1",
                        "state        present",
                        "taken at     2026-01-02T03:04:05Z, filesystem-consistent, without memory",
                        "took         40 ms; frozen 12 ms, vCPUs paused 0 ms, disks apart 7 us",
                        "DISK  KIND                     BLOCKS  MECHANISM      STORAGE NAME  VOLUME          NEW FILE",
                        "vda   overlay-receives-writes  shared  qcow2-overlay  a             /srv/web.qcow2  /srv/web.a"
                                + " (receives writes)",
                        "create succeeded");
    }

    @Test
    void everyWishReachesTheOrchestrator() {
        answer(SNAPSHOTS, 202, aSnapshot("creating", "create", "waiting", ""));

        RepoRun ofVm = snapshot(
                "create",
                VM,
                "--description",
                "d",
                "--mechanism",
                "btrfs",
                "--mechanism",
                "lvm-thin=vdb",
                "--no-quiesce",
                "--memory",
                "--no-wait");
        RepoRun ofVolumes =
                snapshot("create", "--host", "h-1", "--volume", "/srv/a", "--volume", "/srv/b", "--no-wait");

        assertThat(List.of(ofVm.exitCode(), ofVolumes.exitCode())).containsOnly(0);
        assertThat(asked)
                .containsExactly(
                        "POST /api/v1/snapshots {\"vm\":\"" + VM + "\",\"description\":\"d\",\"mechanism\":\"btrfs\","
                                + "\"mechanisms\":{\"vdb\":\"lvm-thin\"},\"quiesce\":false,\"memory\":true}",
                        "POST /api/v1/snapshots {\"host\":\"h-1\",\"volumes\":[\"/srv/a\",\"/srv/b\"]}");
    }

    @Test
    void failureIsToldWithItsReasonAndEndsSo() {
        String failed = aSnapshot(
                "present", "revert", "failed", ",\"reason\":\"vm-runs\",\"detail\":\"VM web: expected it off\"");
        answer(SNAPSHOTS, 202, aSnapshot("reverting", "revert", "dispatched", ""), failed);

        RepoRun run = snapshot("revert", "s-1", "--force");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(asked.getFirst()).isEqualTo("POST /api/v1/snapshots/s-1/revert {\"force\":true}");
        assertThat(run.answer()).contains("revert failed: vm-runs", "detail       VM web: expected it off");
    }

    @Test
    void patienceHasAnEndAndTheWorkGoesOn() {
        answer(SNAPSHOTS, 202, aSnapshot("deleting", "delete", "dispatched", ""));

        RepoRun run = snapshot("delete", "s-1", "--wait", "2");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.notes()).contains("snapshot s-1: expected the end of delete within 2 s", "it goes on");
        assertThat(asked.getFirst()).isEqualTo("DELETE /api/v1/snapshots/s-1");
    }

    @Test
    void cancelTellsHowItStandsAndDoesNotWait() {
        answer(SNAPSHOTS, 202, aSnapshot("creating", "create", "dispatched", ""));

        RepoRun run = snapshot("cancel", "s-1");

        assertThat(run.exitCode()).isZero();
        assertThat(asked).containsExactly("POST /api/v1/snapshots/s-1/cancel");
        assertThat(run.answer()).contains("state        creating", "create dispatched");
    }

    @Test
    void snapshotIsFoundByItsNameInItsVm() {
        String list = "[" + aSnapshot("present", "create", "succeeded", "") + "]";
        server.createContext(
                SNAPSHOTS,
                exchange -> answer(
                        exchange,
                        200,
                        exchange.getRequestURI().getPath().equals(SNAPSHOTS)
                                ? list
                                : aSnapshot("present", "create", "succeeded", "")));

        RepoRun found = snapshot("show", "a", "--vm", "web 1");
        RepoRun notFound = snapshot("show", "b", "--vm", "web 1");

        assertThat(found.exitCode()).isZero();
        assertThat(asked).startsWith("GET /api/v1/snapshots?all=false&vm=web+1", "GET /api/v1/snapshots/s-1");
        assertThat(found.answer()).contains("keeping a qcow2-overlay: It grows.", "dropping a qcow2-overlay: Copies.");
        assertThat(notFound.exitCode()).isEqualTo(1);
        assertThat(notFound.notes()).contains("expected one of the VM web 1 with the name or id b, found none");
    }

    @Test
    void catalogIsListed() {
        answer(SNAPSHOTS, 200, "[" + aSnapshot("present", "create", "succeeded", "") + "]", "[]");

        RepoRun some = snapshot("list");
        RepoRun none = snapshot("list", "--all");

        assertThat(some.exitCode()).isZero();
        assertThat(some.answer().lines())
                .containsExactly(
                        "SNAPSHOT  NAME  VM   STATE    TAKEN AT              KINDS",
                        "s-1       a     v-1  present  2026-01-02T03:04:05Z  overlay-receives-writes",
                        "as the catalog has them; to ask the host of a VM: ./tidemark snapshot list VM");
        assertThat(asked).containsExactly("GET /api/v1/snapshots?all=false", "GET /api/v1/snapshots?all=true");
        assertThat(none.answer().strip()).isEqualTo("no snapshot is known");
    }

    @Test
    void hostOfAVmIsAskedForWhatItHas() {
        answer("/api/v1/vms", 200, LISTING);

        RepoRun run = snapshot("list", "web 1");

        assertThat(run.exitCode()).isZero();
        assertThat(asked).containsExactly("GET /api/v1/vms/web%201/snapshots");
        assertThat(run.answer().lines())
                .containsExactly(
                        "vda  /srv/web.qcow2  qcow2 on xfs",
                        "  STORAGE NAME  ORIGIN   SNAPSHOT  KIND               BLOCKS  MECHANISM       TAKEN AT"
                                + "              KEEPS    NEEDED BY",
                        "  hers          foreign  -         base-modified-cow  shared  qcow2-internal"
                                + "  2026-01-02T03:04:05Z  2.0 KiB  a clone",
                        "  COULD HAVE     KIND                     BLOCKS  NAMES ARE SHARED WITH  OR WHY NOT",
                        "  qcow2-overlay  overlay-receives-writes  shared  /srv/db.qcow2          -",
                        "  lvm-thin       base-modified-cow        shared  -                      not on LVM",
                        "missing: snapshot gone  s-2: expected it, found that it was removed");
    }

    @Test
    void hostThatDoesNotAnswerIsNotTakenForOneWithoutSnapshots() {
        answer("/api/v1/hosts", 200, "{\"observed\":false,\"detail\":\"host h-1: no word\",\"volumes\":[]}");

        RepoRun run = snapshot("list", "--host", "h-1", "--volume", "/srv/a b");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(asked).containsExactly("GET /api/v1/hosts/h-1/snapshots?volume=%2Fsrv%2Fa+b");
        assertThat(run.answer().strip()).isEqualTo("not known now: host h-1: no word");
    }

    @Test
    void programsGetTheAnswerAsItCame() throws Exception {
        answer("/api/v1/vms", 200, LISTING);
        String shown = aSnapshot("present", "create", "succeeded", "");
        answer(SNAPSHOTS, 200, shown);

        assertThat(snapshot("list", "web", "--json").json()).isEqualTo(new ObjectMapper().readTree(LISTING));
        assertThat(snapshot("show", "s-1", "--json").json()).isEqualTo(new ObjectMapper().readTree(shown));
    }

    @Test
    void aRefusalIsToldInItsWords() {
        answer(SNAPSHOTS, 409, "{\"status\":409,\"detail\":\"name: taken\\u001b[2J\"}");

        RepoRun run = snapshot("create", "web", "--name", "a");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.notes()).contains("409: name: taken\\u001b[2J").doesNotContain("\tat ");
    }

    /// Somebody else may listen at the URL.
    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "{\"id\":\"s-1\"}"})
    void anotherAnswerIsNotTakenForASnapshot(String other) {
        answer(SNAPSHOTS, 200, other);

        RepoRun run = snapshot("delete", "s-1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.notes()).contains("expected a snapshot, found none");
    }

    @Test
    void foreignTextDoesNotSteerTheTerminal() {
        answer("/api/v1/vms", 200, LISTING.replace("hers", "he\\u001b[2Jrs").replace("/srv/web", "/srv/\\u202eweb"));
        answer(SNAPSHOTS, 200, aSnapshot("present", "create", "succeeded", ",\"detail\":\"\\u009b2J\""));

        assertThat(snapshot("list", "web").answer()).contains("he\\u001b[2Jrs", "/srv/\\u202eweb");
        assertThat(snapshot("show", "s-1").answer()).contains("detail       \\u009b2J");
    }

    @ParameterizedTest
    @CsvSource({
        "'', Missing required subcommand",
        "create, expected either a VM",
        "create web --host h, expected either a VM",
        "create --host h, expected either a VM",
        "create --host h --volume /a --disk vda, expected either a VM",
        "create web --mechanism btrfs --mechanism reflink, --mechanism: expected one for each disk",
        "create web --wait 0, --wait: expected a number of seconds from 1",
        "create web --wait 5 --no-wait, --wait: expected a number of seconds from 1 and no --no-wait",
        "list web --host h --volume /a, expected a VM",
        "list --host h, expected a VM",
        "show, Missing required parameter: 'SNAPSHOT'",
        "revert, Missing required parameter: 'SNAPSHOT'",
        "delete s-1 --force, Unknown option",
        "cancel, Missing required parameter: 'SNAPSHOT'",
    })
    void wrongUsageIsTold(String command, String told) {
        RepoRun run = snapshot(command.isEmpty() ? new String[0] : command.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.notes()).contains(told);
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--help, 1 failed or not known",
        "create --help, base-modified-cow",
        "list --help, ./tidemark snapshot list",
        "show --help, ./tidemark snapshot show",
        "revert --help, a restore point is newer",
        "delete --help, ./tidemark snapshot delete",
        "cancel --help, ./tidemark snapshot cancel"
    })
    void helpIsAnAnswer(String command, String told) {
        RepoRun run = snapshot(command.split(" "));

        assertThat(run.exitCode()).isZero();
        assertThat(run.answer()).contains(told);
        assertThat(run.notes()).isEmpty();
    }
}
