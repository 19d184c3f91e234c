package io.tidemark.agent.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PackTest {
    private static final UUID REPOSITORY = new UUID(7, 7);
    private static final SessionId SESSION = new SessionId(new UUID(0xab00_0000_0000_0000L, 1));
    private static final int CACHE_BYTES = 1 << 20;

    private final MemoryBlobs blobs = new MemoryBlobs();
    private final AtomicInteger numbers = new AtomicInteger();

    private PackStream stream(PackKind kind) {
        var owner = new PackStream.Owner(REPOSITORY, SESSION, numbers::getAndIncrement);
        return new PackStream(blobs, owner, kind, RepositoryKeys.none());
    }

    private PackReader reader() {
        return new PackReader(blobs, REPOSITORY, RepositoryKeys.none(), CACHE_BYTES);
    }

    private byte[] read(Place place, Digest id) {
        PackReader packs = reader();
        byte[] content = new byte[packs.entry(place, id).length()];
        var batch = new ChunkFetch(packs, ContentIds.PLAIN).batch();
        batch.add(place, id, content.length, new ChunkFetch.Part(0, content.length, content, 0));
        batch.finish();
        return content;
    }

    private static byte[] content(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static StoredEntry zstd(byte[] content) {
        byte[] packed = Zstd.compress(content);
        return new StoredEntry(Digest.of(content), packed, packed.length, content.length, Codec.ZSTD, null);
    }

    @Test
    void entriesOfManyPacksAreReadWhereTheyWereSaidToLie() {
        List<Place> places = new ArrayList<>();
        int count = PackLimits.ENTRIES_MAX * 2 + 5;
        try (PackStream out = stream(PackKind.CHUNKS)) {
            for (int each = 0; each < count; each++) {
                places.add(out.add(StoredEntry.raw(Digest.of(content(each, 20)), content(each, 20))));
            }
            assertThat(out.finish()).extracting(WrittenPack::pack).containsExactly(pack(0), pack(1), pack(2));
        }
        for (int each = 0; each < count; each += 1 + count / 100) {
            byte[] expected = content(each, 20);
            assertThat(read(places.get(each), Digest.of(expected))).isEqualTo(expected);
        }
    }

    @Test
    void packsOfNodesAreSmallAndEachNodeIsReadAlone() {
        List<Place> places = new ArrayList<>();
        int count = PackKind.NODES.entriesWritten() + 5;
        try (PackStream out = stream(PackKind.NODES)) {
            for (int each = 0; each < count; each++) {
                places.add(out.add(StoredEntry.raw(Digest.of(content(each, 20)), content(each, 20))));
            }
            assertThat(out.finish()).extracting(WrittenPack::pack).containsExactly(pack(0), pack(1));
        }
        for (int each = 0; each < count; each++) {
            assertThat(reader().readNode(places.get(each), Digest.of(content(each, 20))))
                    .isEqualTo(content(each, 20));
        }
    }

    @Test
    void chunksAreNotTakenForNodes() {
        Place place;
        try (PackStream out = stream(PackKind.CHUNKS)) {
            place = out.add(StoredEntry.raw(Digest.of(content(1, 20)), content(1, 20)));
            out.finish();
        }
        assertThatThrownBy(() -> reader().readNode(place, Digest.of(content(1, 20))))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("expected one of nodes");
    }

    private byte[] stored(PackId pack) {
        return Objects.requireNonNull(blobs.objects.get(PackNames.of(pack).text()));
    }

    private static PackId pack(int number) {
        return new PackId(SESSION, number);
    }

    @Test
    void aPackEndsWhereItHasEnoughBytes() {
        byte[] large = content(1, PackLimits.CONTENT_BYTES_MAX);
        int each = (int) (PackLimits.PACK_BYTES / large.length) + 1;
        try (PackStream out = stream(PackKind.CHUNKS)) {
            for (int at = 0; at < each + 1; at++) {
                out.add(StoredEntry.raw(Digest.of(large), large));
            }
            assertThat(out.finish()).hasSize(2).allSatisfy(written -> {
                assertThat(stored(written.pack())).hasSize((int) written.sizeBytes());
                assertThat(reader().directory(written.pack()).digest()).isEqualTo(written.directory());
            });
        }
    }

    @Test
    void noFlippedBitHandsOutAnythingWrong() {
        byte[] packs = content(1, 3000);
        Arrays.fill(packs, (byte) 9);
        Place place;
        try (PackStream out = stream(PackKind.CHUNKS)) {
            out.add(StoredEntry.raw(Digest.of(content(2, 100)), content(2, 100)));
            place = out.add(zstd(packs));
            out.finish();
        }
        byte[] good = stored(pack(0));
        int start = PackDirectory.MAGIC.length + 100;
        int directory = good.length - PackDirectory.TRAILER_BYTES - 2 * DirectoryEntry.LENGTH_BYTES;
        for (int at = start; at < good.length; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << bit);
                blobs.objects.put(PackNames.of(pack(0)).text(), bad);
                try {
                    byte[] read = read(place, Digest.of(packs));
                    assertThat(read).isEqualTo(packs);
                    assertThat(at).as("zstd leaves bits of its head unused").isLessThan(directory);
                } catch (DamagedException found) {
                    assertThat(found).hasMessageContaining(pack(0).toString());
                }
            }
        }
    }

    @Test
    void anEndThatIsCutOffAnywhereIsFound() {
        try (PackStream out = stream(PackKind.NODES)) {
            out.add(StoredEntry.raw(Digest.of(content(2, 100)), content(2, 100)));
            out.finish();
        }
        byte[] good = stored(pack(0));
        for (int length = 0; length < good.length; length++) {
            blobs.objects.put(PackNames.of(pack(0)).text(), Arrays.copyOf(good, length));
            assertThatThrownBy(() -> reader().directory(pack(0))).isInstanceOf(DamagedException.class);
            blobs.objects.put(
                    PackNames.of(pack(0)).text(), Arrays.copyOfRange(good, good.length - length, good.length));
            assertThatThrownBy(() -> reader().directory(pack(0))).isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void aPackInThePlaceOfAnotherIsRefused() {
        byte[] content = content(2, 100);
        try (PackStream out = stream(PackKind.CHUNKS)) {
            out.add(StoredEntry.raw(Digest.of(content), content));
            out.finish();
        }
        byte[] good = stored(pack(0));
        blobs.objects.put(PackNames.of(pack(9)).text(), good);

        assertThatThrownBy(() -> reader().directory(pack(9)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("its own name");
        assertThatThrownBy(() ->
                        new PackReader(blobs, new UUID(8, 8), RepositoryKeys.none(), CACHE_BYTES).directory(pack(0)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("repository");
        assertThatThrownBy(() -> reader().directory(pack(1)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("found none");
    }

    @Test
    void anotherIdThanThatOfThePlaceIsRefused() {
        byte[] content = content(2, 100);
        Place place;
        try (PackStream out = stream(PackKind.CHUNKS)) {
            place = out.add(StoredEntry.raw(Digest.of(content), content));
            out.finish();
        }
        Digest other = Digest.of(content(3, 100));
        assertThatThrownBy(() -> read(place, other)).isInstanceOf(DamagedException.class);
        Place behind = new Place(place.pack(), 1);
        assertThatThrownBy(() -> read(behind, Digest.of(content))).isInstanceOf(DamagedException.class);
    }

    @Test
    void contentThatUnpacksToMoreThanWasSaidIsRefused() {
        byte[] bomb = Zstd.compress(new byte[PackLimits.CONTENT_BYTES_MAX * 16]);
        byte[] said = new byte[PackLimits.CONTENT_BYTES_MAX];
        Place place;
        try (PackStream out = stream(PackKind.CHUNKS)) {
            place = out.add(new StoredEntry(Digest.of(said), bomb, bomb.length, said.length, Codec.ZSTD, null));
            out.finish();
        }
        assertThatThrownBy(() -> read(place, Digest.of(said))).isInstanceOf(DamagedException.class);
    }

    @Test
    void aSessionWithoutEntriesHasNoPack() {
        try (PackStream out = stream(PackKind.CHUNKS)) {
            assertThat(out.finish()).isEmpty();
        }
        assertThat(blobs.objects).isEmpty();
    }
}
