package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.VM;
import static io.tidemark.agent.repository.TestPoints.attempt;
import static io.tidemark.agent.repository.TestPoints.full;
import static io.tidemark.agent.repository.TestPoints.key;
import static io.tidemark.agent.repository.TestPoints.randomDisk;
import static io.tidemark.agent.repository.TestPoints.readWhole;
import static io.tidemark.agent.repository.TestPoints.request;
import static io.tidemark.agent.repository.TestPoints.sealed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.AttemptStale;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.FormatTooNew;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.RepositoryException.NotPermitted;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the contract asks, and what files can suffer.
class BlobRepositoryTest implements RepositoryContract {
    private final Path folder;
    private final Repository repository;

    BlobRepositoryTest(@TempDir Path folder) {
        this.folder = folder;
        repository = reopened();
        repository.create();
    }

    private Repository reopened() {
        return TestRepositories.folder(folder.resolve("repository"));
    }

    @Override
    public Repository repository() {
        return repository;
    }

    @Test
    void aClosedAttemptCannotCommitAndLeavesNothing() throws IOException {
        try (WriteSession session = sealed(repository, request(1, null), randomDisk(1))) {
            assertThat(files("/packs/")).isNotEmpty();
            repository.closeAttempt(VM, attempt(1));
            assertThatThrownBy(session::commit).isInstanceOf(AttemptStale.class);
        }
        assertThat(repository.committed(VM, attempt(1))).isEmpty();
        assertThat(repository.collect()).isPositive();
        assertThat(files("/packs/")).isEmpty();
        assertThat(files("/tombstones/")).isEmpty();
        assertThat(files("/tmp/")).isEmpty();
    }

    @Test
    void aDiskWhoseRootIsDamagedCanBeBackedUpFullButNotContinued() throws IOException {
        full(repository, 1, randomDisk(1));
        Path nodes = files("/packs/").stream()
                .min((one, other) ->
                        Long.compare(one.toFile().length(), other.toFile().length()))
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(nodes);
        bytes[20] ^= 1;
        Files.write(nodes, bytes);
        Repository after = reopened();

        assertThat(after.parent(key(1)).orElseThrow().receipt().disks()).isEmpty();

        byte[] disk = randomDisk(2);
        try (WriteSession session = sealed(after, request(2, 1L), disk)) {
            session.commit();
        }
        assertThat(readWhole(after, 2)).isEqualTo(disk);
        assertThat(after.parent(key(2)).orElseThrow().receipt().disks()).hasSize(1);
    }

    @Test
    void closingAnAttemptDeletesTheWorkThatACrashLeft() throws IOException {
        WriteSession left = repository.openWrite(request(1, null));
        left.putChunk(TestPoints.DISK, 0, ByteBuffer.wrap(TestPoints.chunk(randomDisk(1), 0)));
        left.putChunk(TestPoints.DISK, 1, ByteBuffer.wrap(TestPoints.chunk(randomDisk(1), 1)));
        while (files("/tmp/").isEmpty()) {
            Thread.onSpinWait();
        }

        repository.closeAttempt(VM, attempt(1));

        assertThat(files("/tmp/")).isEmpty();
        left.close();
    }

    @Test
    void whatWasReadOfALogIsForgottenWithItsFiles() throws IOException {
        full(repository, 1, randomDisk(1));
        assertThat(repository.points(VM)).hasSize(1);
        for (Path file : files("")) {
            Files.delete(file);
        }

        repository.create();

        assertThat(repository.points(VM)).isEmpty();
        assertThat(repository.vms()).isEmpty();
        full(repository, 2, randomDisk(2));
        assertThat(reopened().points(VM)).hasSize(1);
        assertThat(reopened().vms()).containsExactly(VM);
    }

    @Test
    void aPointIsReadWhereNothingMayBeWritten() throws IOException {
        byte[] disk = randomDisk(1);
        full(repository, 1, disk);
        List<Path> before = files("");
        Repository readOnly = TestRepositories.folder(folder.resolve("repository"), step -> {
            throw new NotPermitted("expected to " + step + ", found a read-only file system", null);
        });

        assertThat(TestPoints.readWhole(readOnly, 1)).isEqualTo(disk);
        assertThatThrownBy(() -> TestPoints.readWhole(readOnly, 2)).isInstanceOf(NoSuchPoint.class);
        assertThatThrownBy(() -> readOnly.remove(TestPoints.key(1))).isInstanceOf(NotPermitted.class);
        assertThat(files("")).isEqualTo(before);
    }

    /// Nothing tells the collection of such a reader: it must end, and hand out nothing but what was there.
    @Test
    void whoReadsWithoutANoteOfItEndsWhenThePointIsCollected() {
        full(repository, 1, randomDisk(1));
        Repository readOnly = TestRepositories.folder(folder.resolve("repository"), step -> {
            throw new NotPermitted("expected to " + step + ", found a read-only file system", null);
        });

        try (DiskReader reader = readOnly.openDisk(TestPoints.key(1), TestPoints.DISK)) {
            repository.remove(TestPoints.key(1));
            assertThat(repository.collect()).isPositive();
            assertThatThrownBy(() -> reader.read(0, 1)).isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void aMissingFolderAndAFolderNeverCreatedAreNamed() {
        assertThatThrownBy(
                        () -> TestRepositories.folder(folder.resolve("missing")).points(VM))
                .isInstanceOf(RepositoryUnavailable.class)
                .hasMessageContaining("missing: expected a folder, found none");
        assertThatThrownBy(() -> TestRepositories.folder(folder).openWrite(request(1, null)))
                .isInstanceOf(RepositoryUnavailable.class)
                .hasMessageContaining("never created");
    }

    @Test
    void aRepositoryOfAnotherVersionIsNamedAndLeftAlone() throws IOException {
        Path header = folder.resolve("repository/TIDEMARK-REPOSITORY");
        for (String version : List.of("0", "2")) {
            String text = Files.readString(header).replaceAll("version .", "version " + version);
            Files.writeString(header, text);

            assertThatThrownBy(() -> full(repository, 1, randomDisk(1)))
                    .isInstanceOf(FormatTooNew.class)
                    .hasMessageContaining("expected version 1, found " + version);
            assertThatThrownBy(repository::create).isInstanceOf(FormatTooNew.class);
            assertThat(Files.readString(header)).isEqualTo(text);
        }
        assertThat(files("/vms/")).isEmpty();
    }

    private List<Path> files(String part) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> ("/" + folder.relativize(file)).contains(part))
                    .toList();
        }
    }
}
