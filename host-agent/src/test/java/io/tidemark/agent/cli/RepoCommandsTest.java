package io.tidemark.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.TestHosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What commands say and decide, without a process of their own and without QEMU.
class RepoCommandsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @BeforeEach
    void write() {
        BlobRepository _ = TwoVms.write(folder);
    }

    private RepoRun repo(String... arguments) {
        return RepoRun.of(Map.of("TIDEMARK_REPOSITORY", folder.toString()), arguments);
    }

    private static void assertFailed(RepoRun run, int exitCode, String... words) {
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.notes()).contains(words).doesNotContain("\tat ");
        assertThat(run.answer()).isEmpty();
    }

    @Test
    void withoutAFolderBothWaysToNameItAreNamed() {
        RepoRun run = RepoRun.of(Map.of(), "list");

        assertFailed(run, 2, "--repository FOLDER", "TIDEMARK_REPOSITORY", "found neither");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "qqqqqq", "list --nonsense", "show", "restore aaaaaaaa-1", "prune", "list --vm"})
    void wrongUsageIsTwo(String line) {
        RepoRun run = repo(line.isEmpty() ? new String[0] : line.split(" ", -1));

        assertFailed(run, 2, "Usage: ./tidemark repo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "init",
                "list",
                "show",
                "restore",
                "prune",
                "gc",
                "space",
                "check-storage",
                "export-catalog",
                "keys",
                "verify",
                "hold",
                "release"
            })
    void eachCommandExplainsItself(String command) {
        RepoRun run = repo(command, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.answer()).contains("Usage: ./tidemark repo " + command, "--repository", "--json");
    }

    @Test
    void aPlaceThatIsNoRepositoryIsSaidToBeNone() {
        assertFailed(
                repo("list", "--repository", folder.resolve("none").toString()), 1, "expected a folder, found none");
    }

    @Test
    void vmsAreListedWithTheNameOfTheirNewestPoint() throws Exception {
        assertThat(repo("list").answer().lines())
                .containsExactly(
                        "NAME  VM                                    POINTS",
                        "web   " + TwoVms.WEB + "  2",
                        "db    " + TwoVms.DB + "  1");
        assertThat(repo("list", "--json").json().at("/vms/0/name").asText()).isEqualTo("web");
    }

    @Test
    void aDifferentialIsListedAsOne() {
        BlobRepository _ = TwoVms.differential(folder, "cccccccc-0000-4000-8000-000000000004");

        assertThat(repo("list", "--vm", "web").answer().lines())
                .last()
                .asString()
                .startsWith("cccccccc")
                .contains("vda differential, vdb differential")
                .endsWith("aaaaaaaa-0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "1111", "11111111-0000-4000-8000-000000000001"})
    void pointsAreListedByNameIdAndBeginning(String vm) {
        RepoRun run = repo("list", "--vm", vm);

        assertThat(run.answer().lines())
                .hasSize(3)
                .element(2)
                .asString()
                .startsWith("aaaaaaaa-1  2026-01-02T05:04:05Z  crash        vda incremental, vdb incremental  2.7 MiB ")
                .endsWith("aaaaaaaa-0");
    }

    @Test
    void anIdThatCanMeanTwoIsRefusedWithBoth() {
        assertFailed(repo("show", "aaaa"), 1, "expected one, found 2: " + TwoVms.FIRST + ", " + TwoVms.SECOND);
    }

    @Test
    void anIdThatMeansNothingIsRefusedWithThoseThatAreThere() {
        assertFailed(repo("show", "c"), 1, "restore point c: expected one of", "bbbbbbbb", "found none of that id");
        assertFailed(repo("list", "--vm", "mail"), 1, "VM mail: expected one of [web, db]");
    }

    @Test
    void aPointIsShownWithItsRootsAndItsDefinition() throws Exception {
        RepoRun shown = repo("show", "bb");
        JsonNode json = repo("show", "bb", "--json").json();

        String root = json.at("/point/disks/0/root").asText();
        assertThat(root).hasSize(64);
        assertThat(shown.answer())
                .contains(
                        TwoVms.OTHER,
                        root,
                        "300013",
                        "decoded        all",
                        "signed by      host " + TestHosts.SELF.id(),
                        json.at("/point/commitRecord").asText());
        assertThat(repo("show", "bb", "--xml").answer()).isEqualTo(TwoVms.xml("db") + System.lineSeparator());
    }

    @Test
    void aDryPruneSaysWhatARealOneSaysAndACollectionDoes() throws Exception {
        JsonNode dry = repo("prune", "aaaaaaaa-0", "bb", "--dry-run", "--json").json();
        assertThat(repo("list", "--vm", "web").answer()).contains("aaaaaaaa-0");

        JsonNode real = repo("prune", "aaaaaaaa-0", "bb", "--json").json();
        JsonNode collected = repo("gc", "--json").json();

        assertThat(dry.at("/dryRun").asBoolean()).isTrue();
        assertThat(real.at("/dryRun").asBoolean()).isFalse();
        assertThat(real.at("/points")).isEqualTo(dry.at("/points")).hasSize(2);
        long bytes = real.at("/freesBytes").asLong();
        assertThat(dry.at("/freesBytes").asLong()).isEqualTo(bytes).isPositive();
        assertThat(collected.at("/freedBytes").asLong()).isEqualTo(bytes);
        assertThat(repo("list", "--json").json().at("/vms/1/points").asInt()).isZero();
    }

    @Test
    void aRepackMovesWhatIsNeededAndFreesWhatItForetells() throws Exception {
        repo("prune", "aaaaaaaa-0");
        String[] asked = {"gc", "--repack", "--dead-percent", "1", "--json"};
        JsonNode dry = repo(Stream.concat(Stream.of(asked), Stream.of("--dry-run"))
                        .toArray(String[]::new))
                .json();
        JsonNode real = repo(asked).json();
        JsonNode again = repo(asked).json();

        assertThat(dry.at("/repack/packs").asInt()).isPositive();
        assertThat(dry.at("/repack/points").isNumber()).isFalse();
        assertThat(real.at("/repack/points").asInt()).isEqualTo(1);
        assertThat(real.at("/repack/leftOut")).isEmpty();
        assertThat(real.at("/repack/movedBytes").asLong())
                .isGreaterThanOrEqualTo(dry.at("/repack/movedBytes").asLong());
        assertThat(real.at("/freedBytes").asLong())
                .isGreaterThanOrEqualTo(dry.at("/freeableBytes").asLong()
                        + dry.at("/repack/deadBytes").asLong());
        assertThat(again.at("/repack/points").asInt()).isZero();
        assertThat(repo("verify").exitCode()).isZero();
        assertThat(repo("gc", "--json").json().at("/repack").isObject()).isFalse();
        assertThat(repo("gc", "--repack").answer()).contains("moved 0 bytes for 0 points", "freed 0 bytes");
        assertFailed(repo("gc", "--repack", "--dead-percent", "0"), 2, "--dead-percent: expected 1 to 100, found 0");
    }

    @Test
    void oneUnknownPointKeepsAllFromBeingPruned() {
        assertFailed(repo("prune", "bb", "cc"), 1, "restore point cc");

        assertThat(repo("list", "--vm", "db").answer()).contains("bbbbbbbb");
    }

    @Test
    void aVmWhoseLogIsDamagedHidesNoOther() throws IOException {
        Path log = folder.resolve("vms").resolve(TwoVms.DB.toString()).resolve("log");
        try (Stream<Path> records = Files.list(log)) {
            Path first = records.min(Comparator.naturalOrder()).orElseThrow();
            Files.writeString(first, "tidemark-log 1\nother\n");
        }

        RepoRun listed = repo("list");

        assertThat(listed.exitCode()).isEqualTo(3);
        assertThat(listed.answer()).contains("web").doesNotContain("db");
        assertThat(listed.notes()).contains("is damaged");
        assertThat(repo("show", "aaaaaaaa-1").exitCode()).isZero();
        assertThat(repo("show", "bb").exitCode()).isEqualTo(3);
        assertThat(repo("export-catalog").exitCode()).isEqualTo(3);
    }

    @Test
    void aRepositoryIsCreatedOnceAndInNobodyElsesFolder(@TempDir Path other) throws Exception {
        Path made = other.resolve("made");

        assertThat(repo("init", "--repository", made.toString()).answer()).startsWith("created repository ");
        assertThat(repo("init", "--repository", made.toString()).answer()).contains("nothing was changed");
        assertFailed(repo("init", "--repository", other.toString()), 1, "expected a new or empty folder", "made");
        Path empty = Files.createDirectory(other.resolve("empty"));
        assertThat(repo("init", "--repository", empty.toString()).answer()).startsWith("created repository ");
        assertThat(repo("init", "--json").json().at("/created").asBoolean(true)).isFalse();
    }

    @Test
    void theCatalogIsWrittenLineByLine(@TempDir Path other) throws Exception {
        Path file = other.resolve("catalog.jsonl");

        assertThat(repo("export-catalog", "--out", file.toString()).answer()).startsWith("wrote 3 points of 2 VMs to ");

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(6).element(1).asString().startsWith("{\"kind\":\"vm\",\"vm\":\"" + TwoVms.WEB);
        assertThat(lines.get(3))
                .contains("\"parent\":\"" + TwoVms.FIRST, "\"attempt\":\"1.2\"", "\"level\":\"incremental\"")
                .contains("\"host\":\"" + TestHosts.SELF.id() + "\"");
        assertThat(repo("export-catalog").answer().lines()).containsExactlyElementsOf(lines);
        assertThat(repo("export-catalog", "--json").json()).hasSize(6);
    }

    @Test
    void theCatalogHasDisksAsTheirDefinitionsSayAndHoldsBehindTheirPoint() throws Exception {
        String hold = repo("hold", "bb", "--reason", "evidence", "--json")
                .json()
                .at("/hold")
                .asText();

        JsonNode lines = repo("export-catalog", "--json").json();

        assertThat(lines.at("/0/vms").asInt()).isEqualTo(2);
        JsonNode disks = lines.at("/2/disks");
        assertThat(disks.at("/0/serial").asText()).isEqualTo("WD-1");
        assertThat(disks.at("/0/format").asText()).isEqualTo("qcow2");
        assertThat(disks.at("/1").has("serial")).isFalse();
        assertThat(lines.at("/2/holds").isArray()).isTrue();
        assertThat(lines.at("/2/holds")).isEmpty();
        assertThat(lines.at("/5/holds")).hasSize(1);
        assertThat(lines.at("/5/holds/0/hold").asText()).isEqualTo(hold);
        assertThat(lines.at("/5/holds/0/reason").asText()).isEqualTo("evidence");
    }

    @Test
    void aRestoreWithoutItsToolsNamesThem() {
        assertFailed(repo("restore", "bb", "--to", folder.toString()), 1, "qemu-img", "qemu-utils");
    }
}
