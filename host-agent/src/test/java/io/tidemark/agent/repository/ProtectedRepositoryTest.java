package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.DISK;
import static io.tidemark.agent.repository.TestPoints.SIZE_BYTES;
import static io.tidemark.agent.repository.TestPoints.VM;
import static io.tidemark.agent.repository.TestPoints.full;
import static io.tidemark.agent.repository.TestPoints.key;
import static io.tidemark.agent.repository.TestPoints.randomDisk;
import static io.tidemark.agent.repository.TestPoints.readWhole;
import static io.tidemark.agent.repository.TestPoints.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.Keyring;
import io.tidemark.agent.repository.crypto.Keyring.Role;
import io.tidemark.agent.repository.crypto.RecoveryKey;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.vocabulary.Consistency;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A repository with protection keeps the whole contract, and its storage tells nothing but shapes.
class ProtectedRepositoryTest implements RepositoryContract {
    private static final String SECRET = "the-name-that-nobody-may-read";

    private final Path folder;
    private final MemoryBlobs blobs = new MemoryBlobs();
    private final Credential key;
    private final RecoveryKey recovery = RecoveryKey.create();
    private final BlobRepository repository;

    ProtectedRepositoryTest(@TempDir Path folder) {
        this.folder = folder;
        this.key = Credential.createKeyFile(folder.resolve("key"));
        this.repository = opened(Optional.of(key));
        repository.createProtected(key, recovery.publicHalf());
    }

    private BlobRepository opened(Optional<Credential> credential) {
        return TestRepositories.over(blobs, folder, InstantSource.system(), credential);
    }

    @Override
    public Repository repository() {
        return repository;
    }

    private static byte[] disk() {
        byte[] disk = new byte[SIZE_BYTES];
        byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at + secret.length < disk.length; at += 4096) {
            System.arraycopy(secret, 0, disk, at, secret.length);
        }
        return disk;
    }

    private void write(Repository into, long number, byte[] disk) {
        try (WriteSession session = into.openWrite(request(number, null))) {
            for (long index = 0; index < TestPoints.CHUNKS; index++) {
                session.putChunk(DISK, index, ByteBuffer.wrap(TestPoints.chunk(disk, index)));
            }
            session.seal(new PointDescription(
                    Instant.parse("2026-01-02T03:04:05Z"),
                    Consistency.CRASH,
                    "<domain><name>" + SECRET + "</name></domain>"));
            session.commit();
        }
    }

    private boolean isFound(byte[] wanted) {
        String text = new String(wanted, StandardCharsets.ISO_8859_1);
        return blobs.objects.values().stream()
                .anyMatch(content -> new String(content, StandardCharsets.ISO_8859_1).contains(text));
    }

    @Test
    void nothingOfAGuestOrItsNamesIsInTheStorage() {
        write(repository, 1, disk());
        Digest plain = Digest.of(TestPoints.chunk(disk(), 0));

        assertThat(isFound(SECRET.getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(isFound(plain.bytes())).as("ids are made with a key").isFalse();
        assertThat(readWhole(opened(Optional.of(key)), 1)).isEqualTo(disk());
        assertThat(opened(Optional.of(key)).points(VM).getFirst().description().domainXml())
                .contains(SECRET);
    }

    @Test
    void theSameBytesInAClearRepositoryAreFoundSoTheSearchWorks() {
        MemoryBlobs clear = new MemoryBlobs();
        Repository inTheClear = TestRepositories.over(clear, folder, InstantSource.system());
        inTheClear.create();
        write(inTheClear, 1, disk());
        blobs.objects.putAll(clear.objects);

        assertThat(isFound(SECRET.getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    @Test
    void whoHasNoKeySeesShapesAndCanCollectButNeitherReadNorWrite() {
        write(repository, 1, disk());
        full(repository, 2, randomDisk(2));
        Repository locked = opened(Optional.empty());

        assertThat(locked.points(VM)).hasSize(2).first().satisfies(point -> {
            assertThat(point.description().domainXml()).isEqualTo("locked");
            assertThat(point.receipt().disks().getFirst().description().sizeBytes())
                    .isEqualTo(SIZE_BYTES);
        });
        assertThatThrownBy(() -> readWhole(locked, 1)).isInstanceOf(KeyRefused.class);
        assertThatThrownBy(() -> locked.openWrite(request(3, null))).isInstanceOf(KeyRefused.class);
        locked.remove(key(1));
        assertThat(locked.collect()).isPositive();
        assertThat(readWhole(repository, 2)).isEqualTo(randomDisk(2));
    }

    @Test
    void aHostThatOnlyBacksUpWritesIncrementsAndReadsNothing() {
        write(repository, 1, disk());
        Credential host = Credential.createKeyFile(folder.resolve("host"));
        Keyring keyring = keyring();
        keyring.add(keyring.unlock(key), host, Role.WRITE_ONLY);
        Repository writing = opened(Optional.of(host));
        byte[] second = disk();
        second[3 * Chunks.SIZE_BYTES] ^= 1;

        try (WriteSession session = writing.openWrite(request(2, 1L))) {
            session.keep(DISK, new ChunkRange(0, TestPoints.CHUNKS));
            session.putChunk(DISK, 3, ByteBuffer.wrap(TestPoints.chunk(second, 3)));
            session.seal(TestPoints.DESCRIPTION);
            assertThat(session.commit().newBytes()).isEqualTo(Chunks.SIZE_BYTES);
        }

        assertThatThrownBy(() -> readWhole(writing, 2)).isInstanceOf(KeyRefused.class);
        assertThat(readWhole(opened(Optional.of(key)), 2)).isEqualTo(second);
        assertThat(opened(Optional.of(key)).points(VM).getLast().description()).isEqualTo(TestPoints.DESCRIPTION);
    }

    private Keyring keyring() {
        String header =
                new String(blobs.read(new BlobName("TIDEMARK-REPOSITORY"), 4096).orElseThrow(), StandardCharsets.UTF_8);
        String id = header.lines()
                .filter(line -> line.startsWith("id "))
                .findFirst()
                .orElseThrow()
                .substring(3);
        return new Keyring(blobs, new RepositoryId(id));
    }

    @Test
    void theWrongKeyFailsBeforeAnythingIsWritten() {
        Map<String, byte[]> before = new TreeMap<>(blobs.objects);
        Credential other = Credential.createKeyFile(folder.resolve("other"));
        Repository wrong = opened(Optional.of(other));

        assertThatThrownBy(() -> wrong.openWrite(request(1, null)))
                .isInstanceOf(KeyRefused.class)
                .hasMessageContaining("found one that opens none");
        assertThat(blobs.objects).containsExactlyEntriesOf(before);
    }

    @Test
    void whoHasAKeyMakesNoRepositoryWithoutProtection() {
        blobs.objects.clear();

        assertThatThrownBy(() -> opened(Optional.of(key)).create())
                .isInstanceOf(KeyRefused.class)
                .hasMessageContaining("./tidemark repo init --encrypt");
        assertThat(blobs.objects).isEmpty();
    }

    @Test
    void aHeaderThatSaysThereIsNoProtectionIsNotBelievedByWhoeverHasAKey() {
        BlobName name = new BlobName("TIDEMARK-REPOSITORY");
        String header = new String(blobs.read(name, 4096).orElseThrow(), StandardCharsets.UTF_8);
        blobs.objects.put(name.text(), header.replace("aes-256-gcm", "none").getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> opened(Optional.of(key)).openWrite(request(1, null)))
                .isInstanceOf(KeyRefused.class)
                .hasMessageContaining("expected protection");
    }

    @Test
    void aCreationThatDiedBeforeItsKeyringIsMadeGood() {
        blobs.objects.keySet().removeIf(name -> name.startsWith("keys/"));

        repository.createProtected(key, recovery.publicHalf());

        full(repository, 1, randomDisk(1));
        assertThat(readWhole(opened(Optional.of(key)), 1)).isEqualTo(randomDisk(1));
    }

    @Test
    void packsOfAnotherPlaceAndEntriesOfAnotherNumberDoNotOpen() {
        full(repository, 1, randomDisk(1));
        full(repository, 2, randomDisk(2));
        var packs = blobs.objects.entrySet().stream()
                .filter(each -> each.getKey().startsWith("packs/") && each.getValue().length > 100_000)
                .toList();
        assertThat(packs).hasSize(2);
        byte[] swapped = packs.getFirst().getValue().clone();
        byte[] chunk = Arrays.copyOfRange(swapped, 8, 8 + 1000);
        System.arraycopy(swapped, 8 + Chunks.SIZE_BYTES + 16, swapped, 8, 1000);
        System.arraycopy(chunk, 0, swapped, 8 + Chunks.SIZE_BYTES + 16, 1000);
        blobs.objects.put(packs.getFirst().getKey(), swapped);
        blobs.objects.put(packs.getLast().getKey(), packs.getFirst().getValue());

        assertThatThrownBy(() -> readWhole(opened(Optional.of(key)), 1)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> readWhole(opened(Optional.of(key)), 2)).isInstanceOf(DamagedException.class);
    }
}
