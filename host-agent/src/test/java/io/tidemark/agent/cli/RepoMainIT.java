package io.tidemark.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A repository and the built agent's jars, and nothing else: each command is a process of its own.
@Timeout(180)
class RepoMainIT {
    private static final String COMMAND = "./tidemark repo ";
    private static final String SECTION = "## Restore with nothing but the repository";
    private static final int SECTOR_BYTES = 512;
    private static final int SECONDS_MAX = 60;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    private Path repository = Path.of("");
    private Path images = Path.of("");

    @BeforeEach
    void write() throws IOException {
        repository = folder.resolve("repository");
        images = folder.resolve("images");
        TwoVms.write(repository);
    }

    /// Runs a command as the script does, with the repository in the environment.
    private RepoRun repo(String... arguments) throws Exception {
        Path app = Path.of("target/quarkus-app").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                app + "/app/*:" + app + "/lib/main/*:" + app + "/lib/boot/*",
                "io.tidemark.agent.cli.RepoMain"));
        command.addAll(List.of(arguments));
        Path answer = folder.resolve("answer");
        Path notes = folder.resolve("notes");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(answer.toFile())
                .redirectError(notes.toFile());
        builder.environment().put("TIDEMARK_REPOSITORY", repository.toString());
        builder.environment().remove("JDK_JAVA_OPTIONS"); // the JVM would say on standard error that it took them
        return new RepoRun(ended(builder.start()), Files.readString(answer), Files.readString(notes));
    }

    private static int ended(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /// The guest's bytes in an image, which ends in zeros up to a whole sector.
    private static void assertHolds(Path image, String format, byte[] disk) throws Exception {
        Path raw = image.resolveSibling("raw-of-" + image.getFileName());
        Process convert = new ProcessBuilder(
                        "qemu-img", "convert", "-f", format, "-O", "raw", image.toString(), raw.toString())
                .start();
        assertThat(ended(convert)).isZero();
        int whole = Math.ceilDiv(disk.length, SECTOR_BYTES) * SECTOR_BYTES;
        assertThat(Arrays.equals(Files.readAllBytes(raw), Arrays.copyOf(disk, whole)))
                .as(image + " holds the point's bytes")
                .isTrue();
        Files.delete(raw);
    }

    private List<String> names() throws IOException {
        if (!Files.exists(images)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(images)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /// The commands of the README's section, in their order, without their comments.
    private static List<String> readme() throws IOException {
        String text = Files.readString(Path.of("../README.md"));
        String section = text.substring(text.indexOf(SECTION));
        String block = section.split("```", -1)[1];
        return block.lines()
                .map(line -> line.split(" +# ", -1)[0].strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    @Test
    void whatTheReadmeSaysBringsTheVmBack() throws Exception {
        List<String> said = new ArrayList<>();
        for (String line : readme()) {
            if (line.startsWith(COMMAND)) {
                String here = line.substring(COMMAND.length())
                        .replace("POINT", "aaaaaaaa-1")
                        .replace("/var/lib/libvirt/images", images.toString());
                RepoRun run = repo(here.split(" ", -1));
                assertThat(run.exitCode()).as(line + ": " + run.notes()).isZero();
                said.add(run.answer());
            }
        }

        assertThat(readme().getFirst()).isEqualTo("export TIDEMARK_REPOSITORY=/mnt/backup/main");
        assertThat(said).hasSize(4);
        assertThat(said.get(0)).contains("web");
        assertThat(said.get(1)).contains("aaaaaaaa-1");
        assertThat(said.get(2)).contains(TwoVms.SECOND);
        String define = "virsh define " + images.resolve("web.xml");
        assertThat(said.get(3)).contains("next: " + define);
        assertThat(readme()).contains(define.replace(images.toString(), "/var/lib/libvirt/images"));
        assertThat(names()).containsExactly("web-vda.qcow2", "web-vdb.qcow2", "web.xml");
        assertHolds(images.resolve("web-vda.qcow2"), "qcow2", TwoVms.SECOND_VDA);
        assertHolds(images.resolve("web-vdb.qcow2"), "qcow2", TwoVms.SECOND_VDB);
        assertThat(images.resolve("web.xml"))
                .content()
                .contains("<name>web</name>", "file=\"" + images.resolve("web-vda.qcow2") + "\"")
                .doesNotContain("/old/");
    }

    @Test
    void oneDiskCanBeRestoredToARawImage() throws Exception {
        RepoRun run = repo("restore", "aaaaaaaa-0", "--to", "images", "--disk", "vdb", "--format", "raw", "--json");

        assertThat(run.exitCode()).as(run.notes()).isZero();
        assertThat(names()).containsExactly("web-vdb.raw", "web.xml");
        assertHolds(images.resolve("web-vdb.raw"), "raw", TwoVms.VDB);
        JsonNode json = run.json();
        assertThat(json.at("/images/0/file").asText())
                .isEqualTo(images.resolve("web-vdb.raw").toString());
        assertThat(json.at("/leftOut/0").asText()).isEqualTo("vda");
        assertThat(images.resolve("web.xml")).content().doesNotContain("vda").contains("type=\"raw\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"db-vda.qcow2", "db.xml"})
    void whatIsThereIsNotWrittenTo(String name) throws Exception {
        Files.createDirectories(images);
        Files.writeString(images.resolve(name), "precious");

        RepoRun run = repo("restore", "bb", "--to", images.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.notes()).contains(name + ", found one").doesNotContain("\tat ");
        assertThat(names()).containsExactly(name);
        assertThat(images.resolve(name)).hasContent("precious");
    }

    @Test
    void aDamagedPackGivesNoImage() throws Exception {
        flipInTheLargestPack();

        RepoRun run = repo("restore", "aaaaaaaa-0", "--to", images.toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.notes()).contains("is damaged").doesNotContain("\tat ");
        assertThat(run.answer()).isEmpty();
        assertThat(names()).isEmpty();
    }

    private void flipInTheLargestPack() throws IOException {
        try (Stream<Path> files = Files.walk(repository.resolve("packs"))) {
            Path pack = files.filter(Files::isRegularFile)
                    .max(Comparator.comparing(file -> file.toFile().length()))
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(pack);
            bytes[bytes.length / 4] ^= 1;
            Files.write(pack, bytes);
        }
    }

    @Test
    void aCollectionFreesWhatThePruneHasSaid() throws Exception {
        long before = repo("space", "--json").json().at("/chunkBytes").asLong();
        JsonNode dry = repo("prune", "aaaaaaaa-0", "bb", "--dry-run", "--json").json();
        JsonNode real = repo("prune", "aaaaaaaa-0", "bb", "--json").json();
        JsonNode foretold = repo("gc", "--dry-run", "--json").json();
        JsonNode unreached = repo("space", "--json").json();

        JsonNode collected = repo("gc", "--json").json();

        long bytes = real.at("/freesBytes").asLong();
        assertThat(bytes).isEqualTo(dry.at("/freesBytes").asLong()).isGreaterThan(TwoVms.OTHER_VDA.length / 4);
        assertThat(foretold.at("/freeableBytes").asLong()).isEqualTo(bytes);
        assertThat(unreached.at("/unreachedBytes").asLong()).isEqualTo(bytes);
        assertThat(collected.at("/freedBytes").asLong()).isEqualTo(bytes);
        JsonNode after = repo("space", "--json").json();
        assertThat(after.at("/unreachedBytes").asLong()).isZero();
        assertThat(after.at("/chunkBytes").asLong()).isLessThan(before);
        assertThat(repo("restore", "aaaaaaaa-1", "--to", images.toString()).exitCode())
                .isZero();
        assertHolds(images.resolve("web-vda.qcow2"), "qcow2", TwoVms.SECOND_VDA);
    }

    @Test
    void aPlaceIsTriedMadeAndExported() throws Exception {
        String place = folder.resolve("place").toString();

        RepoRun tried = repo("check-storage", "--repository", place);
        RepoRun made = repo("init", "--repository", place);
        RepoRun again = repo("init", "--repository", place);

        assertThat(tried.exitCode()).isZero();
        assertThat(tried.answer()).contains("ok  content comes back").doesNotContain("BROKEN");
        assertThat(made.answer()).startsWith("created repository ");
        assertThat(again.answer()).contains("nothing was changed");
        assertThat(repo("export-catalog", "--repository", place).answer().lines())
                .hasSize(1);
        assertThat(repo("export-catalog").answer().lines()).hasSize(6);
        assertThat(Stream.of(tried, made, again).map(RepoRun::notes)).containsOnly("");
    }

    @ParameterizedTest
    @CsvSource({
        "2, restore aaaaaaaa-1",
        "2, list --nonsense",
        "2, restore bb --to images --format vmdk",
        "1, show cc",
        "1, restore bb --to images --disk vdz",
        "1, list --repository nowhere"
    })
    void theExitCodeSaysHowItEnded(int exitCode, String line) throws Exception {
        RepoRun run = repo(line.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.notes()).isNotEmpty().doesNotContain("\tat ");
        assertThat(run.answer()).isEmpty();
        assertThat(names()).isEmpty();
    }
}
