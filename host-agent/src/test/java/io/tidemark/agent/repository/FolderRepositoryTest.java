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
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the contract asks, and what files can suffer.
class FolderRepositoryTest implements RepositoryContract {
    private final Path folder;
    private final Repository repository;

    FolderRepositoryTest(@TempDir Path folder) {
        this.folder = folder;
        repository = new FolderRepository(folder.resolve("repository"));
        repository.create();
    }

    @Override
    public Repository repository() {
        return repository;
    }

    @Test
    void aClosedAttemptCannotCommitAndLeavesNothing() throws IOException {
        try (WriteSession session = sealed(repository, request(1, null), randomDisk(1))) {
            repository.closeAttempt(VM, attempt(1));
            assertThatThrownBy(session::commit).isInstanceOf(AttemptStale.class);
        }
        assertThat(repository.committed(VM, attempt(1))).isEmpty();
        assertThat(filesNamed(".pack")).isEmpty();
        assertThat(filesNamed(".map")).isEmpty();
    }

    @Test
    void aFlippedBitAnywhereIsFoundAndNoByteHandedOut() throws IOException {
        byte[] disk = randomDisk(1);
        full(repository, 1, disk);
        long packedBytes = repository.points(VM).getFirst().receipt().storedBytes();
        for (String kind : List.of(".pack", ".map", "log/00000000000000000002")) {
            Path file = filesNamed(kind).getFirst();
            byte[] good = Files.readAllBytes(file);
            int end = kind.equals(".pack") ? (int) packedBytes + 8 : good.length;
            for (int at = kind.equals(".pack") ? 8 : 0; at < end; at += Math.max(1, end / 40)) {
                byte[] bad = good.clone();
                bad[at] ^= 0x10;
                Files.write(file, bad);
                assertThatThrownBy(() -> readWhole(repository, 1))
                        .as("%s byte %d", kind, at)
                        .isInstanceOf(DamagedException.class);
            }
            Files.write(file, good);
        }
        assertThat(readWhole(repository, 1)).isEqualTo(disk);
    }

    @Test
    void aDiskWhoseMapIsDamagedCanBeBackedUpFullButNotContinued() throws IOException {
        full(repository, 1, randomDisk(1));
        Path map = filesNamed(".map").getFirst();
        byte[] bytes = Files.readAllBytes(map);
        bytes[100] ^= 1;
        Files.write(map, bytes);

        assertThat(repository.parent(key(1)).orElseThrow().receipt().disks()).isEmpty();

        byte[] disk = randomDisk(2);
        try (WriteSession session = sealed(repository, request(2, 1L), disk)) {
            session.commit();
        }
        assertThat(readWhole(repository, 2)).isEqualTo(disk);
        assertThat(repository.parent(key(2)).orElseThrow().receipt().disks()).hasSize(1);
    }

    @Test
    void closingAnAttemptDeletesTheWorkThatACrashLeft() throws IOException {
        WriteSession left = sealed(repository, request(1, null), randomDisk(1));
        assertThat(filesNamed(".tmp")).isNotEmpty();

        repository.closeAttempt(VM, attempt(1));

        assertThat(filesNamed(".tmp")).isEmpty();
        left.close();
    }

    @Test
    void whatWasReadOfALogIsForgottenWithItsFiles() throws IOException {
        full(repository, 1, randomDisk(1));
        assertThat(repository.points(VM)).hasSize(1);
        for (Path file : filesNamed("")) {
            boolean isFile = Files.isRegularFile(file);
            if (isFile) {
                Files.delete(file);
            }
        }

        repository.create();

        assertThat(repository.points(VM)).isEmpty();
        full(repository, 2, randomDisk(2));
        assertThat(new FolderRepository(folder.resolve("repository")).points(VM))
                .hasSize(1);
    }

    @Test
    void aMissingFolderAndAFolderNeverCreatedAreNamed() {
        assertThatThrownBy(() -> new FolderRepository(folder.resolve("missing")).points(VM))
                .isInstanceOf(RepositoryUnavailable.class)
                .hasMessageContaining("missing: expected a folder, found none");
        assertThatThrownBy(() -> new FolderRepository(folder).openWrite(request(1, null)))
                .isInstanceOf(RepositoryUnavailable.class)
                .hasMessageContaining("never created");
    }

    private List<Path> filesNamed(String end) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).toList();
        }
    }
}
