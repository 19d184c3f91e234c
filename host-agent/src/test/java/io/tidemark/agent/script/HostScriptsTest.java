package io.tidemark.agent.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.agent.script.Scripts.PostThaw;
import io.tidemark.agent.script.Scripts.Result;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.ScriptSetId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real scripts of a real shell.
@Timeout(60)
class HostScriptsTest {
    private static final ScriptSetId SET = new ScriptSetId("orders-db");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    private final RestorePointId point = new RestorePointId(UUID.randomUUID());
    private final ScriptOrder order =
            new ScriptOrder(SET, new DomainUuid(new UUID(5, 5)), "web 1; $(touch pwned)", point);
    /// How long a child sleeps whose variables tell nothing, in seconds: long, and no other test's.
    private final String nap = "604." + Math.floorMod(point.hashCode(), 1_000_000);

    private Path root;
    private Path said;

    @BeforeEach
    void layOut() throws IOException {
        root = Files.createDirectory(folder.resolve("scripts"));
        said = folder.resolve("said");
        Files.createDirectory(root.resolve(SET.value()));
        write("pre-freeze", "echo pre >> " + said);
        write("post-thaw", "echo post $TIDEMARK_RESULT >> " + said);
    }

    @AfterEach
    void endWhatATestLeft() {
        processes().forEach(ProcessHandle::destroyForcibly);
    }

    private Path write(String name, String body) throws IOException {
        Path script = root.resolve(SET.value()).resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private HostScripts scripts(Duration limit) {
        return new HostScripts(Optional.of(root), folder.resolve("due"), limit);
    }

    private List<String> said() throws IOException {
        return Files.exists(said) ? Files.readAllLines(said) : List.of();
    }

    /// As the kernel shows them, whoever their parents are.
    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try {
                        return Files.readString(Path.of("/proc/" + process.pid() + "/environ"))
                                .contains(point.toString());
                    } catch (IOException gone) {
                        return false;
                    }
                })
                .toList();
    }

    private void awaitSaid(String line) throws IOException {
        while (!said().contains(line)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void bothAreRunOnceAndNothingIsDueThen() throws IOException {
        HostScripts scripts = scripts(LIMIT);

        scripts.preFreeze(order, _ -> {});
        assertThat(scripts.due()).containsExactly(point);
        assertThat(scripts.postThaw(point, Result.TAKEN)).isEqualTo(PostThaw.DONE);
        assertThat(scripts.postThaw(point, Result.FAILED)).isEqualTo(PostThaw.NOT_DUE);

        assertThat(said()).containsExactly("pre", "post taken");
        assertThat(scripts.due()).isEmpty();
    }

    @Test
    void postThawThatIsCutOffByTheAgentsStopIsRunAgainByItsNextStart() throws Exception {
        write(
                "post-thaw",
                "echo begun >> %s; [ $TIDEMARK_RESULT = interrupted ] || sleep %s; echo post $TIDEMARK_RESULT >> %s"
                        .formatted(said, nap, said));
        HostScripts scripts = scripts(LIMIT);
        scripts.preFreeze(order, _ -> {});
        Thread stopped = Thread.ofPlatform().start(() -> scripts.postThaw(point, Result.TAKEN));
        awaitSaid("begun");
        stopped.interrupt();
        stopped.join();

        HostScripts next = scripts(LIMIT);
        assertThat(next.due()).containsExactly(point);
        assertThat(next.postThaw(point, Result.INTERRUPTED)).isEqualTo(PostThaw.DONE);
        assertThat(next.due()).isEmpty();
        assertThat(said()).containsExactly("pre", "begun", "begun", "post interrupted");
    }

    @Test
    void theEnvironmentHoldsWhatIsDocumentedAndNothingElse() throws IOException {
        Path seen = folder.resolve("seen");
        String dump = "cat /proc/$$/environ | tr '\\0' '\\n' > " + seen + "; pwd >> " + seen;
        write("pre-freeze", dump);
        write("post-thaw", dump);
        HostScripts scripts = scripts(LIMIT);
        List<String> always = List.of(
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "TIDEMARK_RESTORE_POINT_ID=" + point,
                "TIDEMARK_VM_NAME=web 1; $(touch pwned)",
                "TIDEMARK_VM_UUID=00000000-0000-0005-0000-000000000005",
                "/");

        scripts.preFreeze(order, _ -> {});
        assertThat(Files.readAllLines(seen))
                .containsExactlyInAnyOrderElementsOf(and(always, "TIDEMARK_PHASE=pre-freeze"));
        scripts.postThaw(point, Result.FAILED);
        assertThat(Files.readAllLines(seen))
                .containsExactlyInAnyOrderElementsOf(and(always, "TIDEMARK_PHASE=post-thaw", "TIDEMARK_RESULT=failed"));
    }

    private static List<String> and(List<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }

    @Test
    void aStatusOtherThanZeroIsToldWithTheLastWordsAndPostThawStaysDue() throws IOException {
        write("pre-freeze", "echo first; echo tables are locked >&2; exit 3");
        HostScripts scripts = scripts(LIMIT);

        assertThatThrownBy(() -> scripts.preFreeze(order, _ -> {}))
                .isInstanceOf(ScriptException.class)
                .hasMessage("script " + root.toRealPath().resolve("orders-db/pre-freeze")
                        + ": expected status 0, found 3; it said: first | tables are locked");

        assertThat(scripts.due()).containsExactly(point);
    }

    @Test
    void aScriptThatTakesTooLongIsKilledWithAllItsProcesses() throws IOException {
        write("pre-freeze", """
                trap '' TERM HUP INT
                (trap '' TERM HUP; sleep 600) &
                setsid sh -c 'sleep 600 & sleep 600' &
                setsid env -i sleep %s &
                (setsid sh -c 'sleep 600' >/dev/null 2>&1 &)
                (export PATH=/usr/bin:/bin TIDEMARK_VM_NAME=; setsid sh -c 'sleep 600' >/dev/null 2>&1 &)
                echo ready >> %s
                sleep 600
                """.formatted(nap, said));
        HostScripts scripts = scripts(Duration.ofSeconds(2));

        assertThatThrownBy(() -> scripts.preFreeze(order, _ -> {}))
                .isInstanceOf(ScriptException.class)
                .hasMessageContaining("expected its end within PT2S, found it running");

        assertThat(said()).containsExactly("ready");
        assertThat(processes()).isEmpty();
        assertThat(ProcessHandle.allProcesses().filter(this::isNapping))
                .as("a child that dropped the script's variables among them")
                .isEmpty();
    }

    private boolean isNapping(ProcessHandle process) {
        String[] arguments = process.info().arguments().orElse(new String[0]);
        return arguments.length == 1 && arguments[0].equals(nap);
    }

    @Test
    void whatAScriptLeavesInTheBackgroundHoldsNothingUpAndLivesOn() throws IOException {
        write("pre-freeze", "sleep 600 & echo $! > " + said);
        HostScripts scripts = scripts(LIMIT);

        scripts.preFreeze(order, _ -> {});

        assertThat(processes()).hasSize(1);
        assertThat(scripts.postThaw(point, Result.TAKEN)).isEqualTo(PostThaw.DONE);
        assertThat(processes()).hasSize(1);
    }

    @Test
    void aScriptThatSaysMuchIsReadToItsEndAndItsLastWordsAreKept() throws IOException {
        write("pre-freeze", "yes 0123456789 | head -c 3000000; printf 'bell \\007 end'; exit 1");

        assertThatThrownBy(() -> scripts(LIMIT).preFreeze(order, _ -> {}))
                .isInstanceOf(ScriptException.class)
                .satisfies(failed ->
                        assertThat(failed.getMessage()).endsWith("bell ? end").hasSizeLessThan(600));
    }

    @Test
    void closingWhatWasGivenKillsAScriptThatRuns() throws Exception {
        write("pre-freeze", "echo begun >> " + said + "; sleep 600");
        var running = new CompletableFuture<Closeable>();
        HostScripts scripts = scripts(LIMIT);
        var failure = CompletableFuture.runAsync(() -> scripts.preFreeze(order, running::complete));
        awaitSaid("begun");

        running.get(10, TimeUnit.SECONDS).close();

        assertThatThrownBy(() -> failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("found 137");
        assertThat(processes()).isEmpty();
    }

    @Test
    void closingItAfterTheScriptLeavesWhatIsInTheBackground() throws Exception {
        write("pre-freeze", "sleep 600 &");
        var running = new CompletableFuture<Closeable>();
        scripts(LIMIT).preFreeze(order, running::complete);

        running.get().close();

        assertThat(processes()).hasSize(1);
    }

    @Test
    void postThawThatFailsIsSaidOnceAndNotDueAnyMore() throws IOException {
        write("post-thaw", "exit 9");
        HostScripts scripts = scripts(LIMIT);
        scripts.preFreeze(order, _ -> {});

        assertThat(scripts.postThaw(point, Result.TAKEN)).isEqualTo(PostThaw.FAILED);
        assertThat(scripts.postThaw(point, Result.TAKEN)).isEqualTo(PostThaw.NOT_DUE);
    }

    @Test
    void postThawThatWasTakenAwayIsAFailure() throws IOException {
        HostScripts scripts = scripts(LIMIT);
        scripts.preFreeze(order, _ -> {});
        Files.delete(root.resolve("orders-db/post-thaw"));

        assertThat(scripts.postThaw(point, Result.TAKEN)).isEqualTo(PostThaw.FAILED);
    }

    @Test
    void theNextProcessKillsWhatIsLeftAndRunsPostThaw() throws Exception {
        write("pre-freeze", "echo begun >> " + said + "; sleep 600");
        HostScripts dead = scripts(LIMIT);
        var _ = CompletableFuture.runAsync(() -> dead.preFreeze(order, _ -> {}));
        awaitSaid("begun");
        HostScripts next = scripts(LIMIT);

        assertThat(next.due()).containsExactly(point);
        assertThat(next.postThaw(point, Result.INTERRUPTED)).isEqualTo(PostThaw.DONE);

        assertThat(said()).containsExactly("begun", "post interrupted");
        assertThat(processes()).isEmpty();
        assertThat(next.due()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pre-freeze", "post-thaw"})
    void aSetWithoutOneOfItsScriptsIsRefusedAndNothingIsDue(String missing) throws IOException {
        Files.delete(root.resolve("orders-db").resolve(missing));

        assertRefused("script " + root.toRealPath().resolve("orders-db/" + missing) + ": expected a file, found none");
    }

    @Test
    void anUnknownSetIsRefused() throws IOException {
        root = Files.createDirectory(folder.resolve("other"));

        assertRefused("script " + root.toRealPath().resolve("orders-db") + ": expected a folder, found none");
    }

    @Test
    void aHostWithoutScriptsRefusesEachSet() {
        var none = new HostScripts(Optional.empty(), folder.resolve("due"), LIMIT);

        assertThatThrownBy(() -> none.preFreeze(order, _ -> {}))
                .hasMessage(
                        "scripts: expected tidemark.scripts.folder to be set for \"orders-db\", found it unset on this"
                                + " host");
    }

    @Test
    void aScriptThatIsNotExecutableIsRefused() throws IOException {
        Path script = root.resolve("orders-db/pre-freeze");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));

        assertRefused("script " + script.toRealPath() + ": expected it executable, found mode 644");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders-db/pre-freeze", "orders-db/post-thaw", "orders-db", "."})
    void whatOthersMayWriteIsRefused(String path) throws IOException {
        Path open = root.resolve(path).normalize();
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xrwx"));

        assertRefused(
                "script " + open.toRealPath() + ": expected only its owner to be able to write it, found mode 757");
    }

    @Test
    void whatAGroupMayWriteIsRefused() throws IOException {
        Path script = root.resolve("orders-db/pre-freeze");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxrwxr-x"));

        assertRefused(
                "script " + script.toRealPath() + ": expected only its owner to be able to write it, found mode 775");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders-db/pre-freeze", "orders-db"})
    void whatAnotherUserOwnsIsRefused(String path) throws IOException {
        assumeThat(Files.getAttribute(folder, "unix:uid"))
                .as("root may give files away")
                .isEqualTo(0);
        Path given = root.resolve(path);
        Files.setAttribute(given, "unix:uid", 12_345);

        assertRefused(
                "script " + given.toRealPath() + ": expected root or the agent's user 0 to own it, found user 12345");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders-db/pre-freeze", "orders-db"})
    void aLinkIsRefused(String path) throws IOException {
        Path link = root.resolve(path);
        Path elsewhere = folder.resolve("elsewhere");
        Files.move(link, elsewhere);
        Files.createSymbolicLink(link, elsewhere);

        assertThatThrownBy(() -> scripts(LIMIT).preFreeze(order, _ -> {}))
                .isInstanceOf(ScriptException.class)
                .hasMessageContaining("that is no link, found another kind");
    }

    private void assertRefused(String message) throws IOException {
        HostScripts scripts = scripts(LIMIT);

        assertThatThrownBy(() -> scripts.preFreeze(order, _ -> {}))
                .isInstanceOf(ScriptException.class)
                .hasMessage(message);
        assertThat(said()).isEmpty();
        assertThat(scripts.due()).isEmpty();
    }

    @Test
    void whatCannotBeReadOfAnEarlierProcessIsPutOff() throws IOException {
        Files.createDirectory(folder.resolve("due"));
        Files.writeString(folder.resolve("due").resolve(point.toString()), "torn");

        assertThat(scripts(LIMIT).postThaw(point, Result.INTERRUPTED)).isEqualTo(PostThaw.FAILED);
        assertThat(said()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void aLimitHasToBeAboveZero(Duration limit) {
        assertThatThrownBy(() -> scripts(limit)).hasMessage("limit of scripts: expected it above zero, found " + limit);
    }
}
