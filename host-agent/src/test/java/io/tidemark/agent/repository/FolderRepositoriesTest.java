package io.tidemark.agent.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.FolderRepositories.Location;
import io.tidemark.agent.repository.FolderRepositories.Signing;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.blob.StepGate;
import io.tidemark.schemas.id.RepositoryId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The life of the file that an agent signs with.
class FolderRepositoriesTest {
    private static final RepositoryId MAIN = new RepositoryId("main");

    private final Path state;
    private final Path folder;
    private final Path keyFile;

    FolderRepositoriesTest(@TempDir Path temporary) throws IOException {
        this.state = Files.createDirectory(temporary.resolve("state"));
        this.folder = temporary.resolve("repository");
        this.keyFile = state.resolve("host.key");
        TestRepositories.folder(folder).create();
    }

    private Repository started() {
        return started(Decoding.ALL);
    }

    private Repository started(Decoding decoding) {
        var locations = Map.of(MAIN, new Location(folder, Optional.empty(), false, decoding));
        var signing = new Signing(TestHosts.SELF.id(), keyFile);
        return new FolderRepositories(locations, signing, UUID::randomUUID, InstantSource.system()).of(MAIN);
    }

    private void backedUp(long number) {
        TestPoints.full(started(), number, TestPoints.randomDisk(number));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private List<String> enrolled() throws IOException {
        return names(folder.resolve("keys"));
    }

    @Test
    void theFirstStartMakesAFileForItsOwnerOnly() throws IOException {
        started();

        assertThat(names(state)).containsExactly("host.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile)))
                .isEqualTo("rw-------");
        assertThat(folder.resolve("keys")).doesNotExist();
    }

    @Test
    void aPointSaysHowMuchOfItItsWriterWasToUnpackAgain() {
        backedUp(1);
        TestPoints.full(started(Decoding.SAMPLE), 2, TestPoints.randomDisk(2));

        assertThat(VmHistory.of(TestRepositories.folder(folder, StepGate.OPEN), TestPoints.VM)
                        .points())
                .extracting(VmHistory.Entry::decoded)
                .containsExactly(Decoding.ALL, Decoding.SAMPLE);
    }

    @Test
    void everyLaterStartSignsWithTheSame() throws IOException {
        backedUp(1);
        byte[] made = Files.readAllBytes(keyFile);

        backedUp(2);

        assertThat(Files.readAllBytes(keyFile)).isEqualTo(made);
        assertThat(enrolled()).containsExactly("host-" + TestHosts.SELF.id() + "-1");
    }

    @Test
    void aLostFileIsAnotherKeyBesideTheOld() throws IOException {
        backedUp(1);
        Files.delete(keyFile);

        backedUp(2);

        assertThat(enrolled())
                .containsExactly("host-" + TestHosts.SELF.id() + "-1", "host-" + TestHosts.SELF.id() + "-2");
        assertThat(TestPoints.readWhole(started(), 1)).isEqualTo(TestPoints.randomDisk(1));
    }

    @Test
    void aFileThatCannotBeReadEndsTheStart() throws IOException {
        Files.createDirectory(keyFile);

        assertThatThrownBy(this::started)
                .isInstanceOf(KeyRefused.class)
                .hasMessageStartingWith("key file " + keyFile + ": expected to read it, found ");
    }

    @Test
    void aDamagedFileEndsTheStartAndIsNotReplaced() throws IOException {
        Files.writeString(keyFile, "half of a ke");

        assertThatThrownBy(this::started).isInstanceOf(DamagedException.class).hasMessageContaining("" + keyFile);
        assertThat(keyFile).hasContent("half of a ke");
    }

    @Test
    void aFolderThatIsMissingEndsTheStart() throws IOException {
        Files.delete(state);

        assertThatThrownBy(this::started).isInstanceOf(KeyRefused.class).hasMessageContaining("expected to create it");
    }
}
