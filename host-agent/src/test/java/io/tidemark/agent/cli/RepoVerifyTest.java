package io.tidemark.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.repository.TestHosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepoVerifyTest {
    private final Path folder;

    RepoVerifyTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void write() {
        TwoVms.write(folder);
    }

    private RepoRun verify(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "verify";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return RepoRun.of(Map.of("TIDEMARK_REPOSITORY", folder.toString()), all);
    }

    /// Of the largest pack, which is of web's first point.
    private void flipByte() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("packs"))) {
            Path largest = files.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(largest);
            bytes[300_000] ^= 1;
            Files.write(largest, bytes);
        }
    }

    @Test
    void aWholeRepositoryHasNoDamage() throws Exception {
        RepoRun run = verify();

        assertThat(run.exitCode()).isZero();
        assertThat(run.answer()).startsWith("no damage: 3 points of 2 VMs, ");
        JsonNode json = verify("--json").json();
        assertThat(json.at("/clean").asBoolean()).isTrue();
        assertThat(json.at("/packsRead").asLong()).isEqualTo(json.at("/packs").asLong());
    }

    @Test
    void itIsToldWhoHasSignedThePoints() throws Exception {
        String host = TestHosts.SELF.id().toString();
        assertThat(verify().answer()).contains("signed by host " + host + ": 3 commits; keys: 1");
        JsonNode json = verify("--json").json();
        assertThat(json.at("/signers/0/host").asText()).isEqualTo(host);
        assertThat(json.at("/signers/0/commits").asInt()).isEqualTo(3);
        assertThat(json.at("/vouchers").asText()).isEqualTo("none");
    }

    @Test
    void damageEndsWithThreeAndNamesTheDisksThatItConcerns() throws Exception {
        flipByte();

        RepoRun run = verify();

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.answer())
                .contains("damaged: ", "of point " + TwoVms.FIRST, "of point " + TwoVms.SECOND, "damage in 1 places")
                .doesNotContain(TwoVms.OTHER);
        assertThat(verify("--json").json().at("/findings/0/affected").size()).isEqualTo(2);
        assertThat(verify("--vm", "db").exitCode()).isZero();
        assertThat(verify("--point", "bb").exitCode()).isZero();
        assertThat(verify("--point", "aaaaaaaa-1").exitCode()).isEqualTo(3);
    }

    @Test
    void aDamagedPackIsPutInQuarantineIfThatIsAskedFor() throws Exception {
        flipByte();
        assertThat(verify().exitCode()).isEqualTo(3);
        assertThat(folder.resolve("quarantine")).doesNotExist();

        RepoRun run = verify("--quarantine");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.answer()).contains("in quarantine: pack ");
        assertThat(folder.resolve("quarantine")).isNotEmptyDirectory();
    }

    @Test
    void whatWasFoundWholeLatelyCanBeLeftOut() throws Exception {
        assertThat(verify().exitCode()).isZero();

        assertThat(verify("--skip-days", "1", "--json").json().at("/packsRead").asLong())
                .isZero();
        assertThat(verify("--percent", "0", "--json").json().at("/packsRead").asLong())
                .isZero();
        assertThat(verify("--percent", "101").exitCode()).isEqualTo(2);
    }
}
