package io.tidemark.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.FolderStorage;
import io.tidemark.agent.repository.FolderStorage.Access;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.agent.repository.TestHosts;
import io.tidemark.schemas.id.DiskId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A repository with protection from its creation to a restore with the recovery key, by commands; and holds.
class RepoKeysTest {
    private final Path folder;
    private final Path key;
    private final Path recovery;

    RepoKeysTest(@TempDir Path folder) {
        this.folder = folder;
        this.key = folder.resolve("key");
        this.recovery = folder.resolve("recovery");
    }

    @BeforeEach
    void create() {
        RepoRun created =
                repo("init", "--encrypt", "--key-file", key.toString(), "--recovery-key", recovery.toString());
        assertThat(created.exitCode()).isZero();
        assertThat(created.answer()).startsWith("created repository ");
        assertThat(created.notes()).contains("it opens everything");
        TwoVms.write(opened(key));
    }

    private RepoRun repo(String... arguments) {
        return RepoRun.of(
                Map.of("TIDEMARK_REPOSITORY", folder.resolve("repository").toString()), arguments);
    }

    private BlobRepository opened(Path file) {
        Access access = Access.withKeyFile(Optional.of(file)).signingAs(TestHosts.SELF);
        return new BlobRepository(
                FolderStorage.of(folder.resolve("repository"), access, UUID::randomUUID, InstantSource.system()));
    }

    private byte[] firstDisk(BlobRepository repository) {
        RestorePoint point = repository.points(TwoVms.WEB).getFirst();
        DiskId disk = point.receipt().disks().getFirst().description().disk();
        try (DiskReader reader =
                repository.openDisk(new PointKey(TwoVms.WEB, point.key().point()), disk)) {
            return reader.read(0, (int) reader.sizeBytes());
        }
    }

    @Test
    void withoutTheKeyNamesAreLockedAndWithItTheyAreTold() {
        assertThat(repo("list").answer()).contains("-     " + TwoVms.WEB).doesNotContain("web");
        assertThat(repo("list", "--key-file", key.toString()).answer()).contains("web");
        assertThat(repo("list", "--recovery-key", recovery.toString()).answer()).contains("web");
    }

    @Test
    void whoVerifiesWithoutTheKeyIsToldWhatWasNotChecked() {
        String unchecked = "not checked without a key: that who enrolled these hosts may write";

        assertThat(repo("verify").answer()).startsWith("no damage").contains("3 commits; keys: 1", unchecked);
        assertThat(repo("verify", "--key-file", key.toString()).answer())
                .contains("3 commits; keys: 1")
                .doesNotContain(unchecked);
    }

    @Test
    void theCatalogIsWrittenWithTheKeyOrNotAtAll() {
        RepoRun without = repo("export-catalog");

        assertThat(without.exitCode()).isEqualTo(1);
        assertThat(without.answer()).isEmpty();
        assertThat(without.notes()).contains("expected a key that opens names and disks");
        assertThat(repo("export-catalog", "--key-file", key.toString()).answer())
                .contains("\"name\":\"web\"", "\"serial\":\"WD-1\"")
                .doesNotContain("locked");
    }

    @Test
    void aKeyFileThatIsThereIsNotOverwrittenAndNothingIsCreated() throws Exception {
        byte[] before = Files.readAllBytes(key);
        RepoRun again = RepoRun.of(
                Map.of("TIDEMARK_REPOSITORY", folder.resolve("other").toString()),
                "init",
                "--encrypt",
                "--key-file",
                key.toString(),
                "--recovery-key",
                folder.resolve("r2").toString());

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(Files.readAllBytes(key)).isEqualTo(before);
        assertThat(folder.resolve("other")).doesNotExist();
    }

    @Test
    void theWrongKeyIsRefused() {
        RepoRun.of(
                Map.of("TIDEMARK_REPOSITORY", folder.resolve("other").toString()),
                "init",
                "--encrypt",
                "--key-file",
                folder.resolve("k2").toString(),
                "--recovery-key",
                folder.resolve("r2").toString());

        RepoRun wrong = repo("list", "--key-file", folder.resolve("k2").toString());

        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.notes()).contains("found one that opens none");
    }

    @Test
    void aHostsKeyWritesOnlyAndARotatedOneReadsOldAndNew() {
        Path host = folder.resolve("host");
        Path next = folder.resolve("next");
        assertThat(repo("keys", "add", "--key-file", key.toString(), "--new-key-file", host.toString(), "--write-only")
                        .exitCode())
                .isZero();
        Assertions.assertThatThrownBy(() -> firstDisk(opened(host))).isInstanceOf(KeyRefused.class);
        assertThat(repo("keys", "show", "--key-file", host.toString()).answer()).contains("write-only");

        RepoRun rotated = repo(
                "keys",
                "rotate",
                "--key-file",
                key.toString(),
                "--new-key-file",
                next.toString(),
                "--recovery-key",
                folder.resolve("r2").toString());

        assertThat(rotated.answer()).contains("generation 2 has begun");
        assertThat(firstDisk(opened(next))).isEqualTo(TwoVms.VDA);
        assertThat(firstDisk(opened(key))).isEqualTo(TwoVms.VDA);
    }

    @Test
    void aPassphraseOpensWhatWasCreatedWithIt() {
        var other = Map.of("TIDEMARK_REPOSITORY", folder.resolve("other").toString());
        RepoRun.of(
                other,
                "init",
                "--encrypt",
                "--passphrase",
                "--recovery-key",
                folder.resolve("r2").toString());

        assertThat(RepoRun.of(other, "keys", "show", "--passphrase").answer()).contains("full keys");
        assertThat(RepoRun.of(other, "keys", "show").exitCode()).isEqualTo(2);
    }

    @Test
    void aHeldPointIsNotPrunedUntilItIsReleased() throws Exception {
        String[] with = {"--key-file", key.toString()};
        String hold = repo("hold", "aaaaaaaa-0", "--reason", "a court asks", "--json", with[0], with[1])
                .json()
                .at("/hold")
                .asText();

        RepoRun refused = repo("prune", "aaaaaaaa-0", with[0], with[1]);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.notes()).contains("a court asks");
        assertThat(repo("prune", "aaaaaaaa-0", "--dry-run", with[0], with[1]).exitCode())
                .isEqualTo(1);
        assertThat(repo("release", "aaaaaaaa-0", with[0], with[1]).answer()).contains(hold, "a court asks");

        assertThat(repo("release", "aaaaaaaa-0", hold, with[0], with[1]).answer())
                .startsWith("no hold is left");
        assertThat(repo("prune", "aaaaaaaa-0", with[0], with[1]).exitCode()).isZero();
    }
}
