package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.full;
import static io.tidemark.agent.repository.TestPoints.randomDisk;
import static io.tidemark.agent.repository.TestPoints.readWhole;
import static io.tidemark.agent.repository.TestPoints.request;
import static io.tidemark.agent.repository.TestPoints.sealed;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.blob.MemoryBlobs;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two points, and what can become of their objects. Nobody may be handed a wrong byte, and nothing but the
/// repository's own errors may be thrown.
class DamageTest {
    private static final int FLIPS = 1000;
    private static final int CUTS = 300;

    private final Path folder;
    private final MemoryBlobs blobs = new MemoryBlobs();
    private final byte[] first = randomDisk(1);
    private final byte[] second = first.clone();
    private final Map<String, byte[]> good;
    private final Random random = new Random(11);

    DamageTest(@TempDir Path folder) {
        this.folder = folder;
        Repository repository = opened();
        repository.create();
        full(repository, 1, first);
        second[100] ^= 1;
        try (WriteSession session = sealed(repository, request(2, 1L), second)) {
            session.commit();
        }
        good = new TreeMap<>(blobs.objects);
    }

    private Repository opened() {
        return TestRepositories.over(blobs, folder, InstantSource.system());
    }

    /// Whether somebody notices that something is wrong, who reads both points and collects what is not needed.
    /// What is read must be right, and the collection must not delete a pack.
    private boolean isNoticed(Map<String, byte[]> objects) {
        blobs.objects.clear();
        blobs.objects.putAll(objects);
        boolean isNoticed = failed(() -> assertThat(readWhole(opened(), 1)).isEqualTo(first));
        isNoticed |= failed(() -> assertThat(readWhole(opened(), 2)).isEqualTo(second));
        isNoticed |= failed(() -> assertThat(opened().collect()).isZero());
        assertThat(blobs.objects.keySet()).containsAll(objects.keySet());
        return isNoticed;
    }

    private static boolean failed(Runnable work) {
        try {
            work.run();
            return false;
        } catch (RepositoryException damaged) {
            return true;
        }
    }

    /// Without the marks of VMs, which are empty and only tell of something else that is lost.
    private List<String> names() {
        return good.keySet().stream()
                .filter(name -> !name.startsWith("registry/vms/"))
                .toList();
    }

    private byte[] content(String name) {
        return Objects.requireNonNull(good.get(name));
    }

    private Map<String, byte[]> with(String name, byte[] content) {
        Map<String, byte[]> objects = new TreeMap<>(good);
        objects.put(name, content);
        return objects;
    }

    /// A flip that changes nothing, as zstd leaves some bits of its frames unused, is noticed by no reader; that a
    /// verification finds each is in `VerificationTest`.
    @Test
    void flippedBits() {
        List<String> names = names();
        int noticed = 0;
        for (int flip = 0; flip < FLIPS; flip++) {
            String name = names.get(random.nextInt(names.size()));
            byte[] bad = content(name).clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            noticed += isNoticed(with(name, bad)) ? 1 : 0;
        }
        assertThat(noticed).isGreaterThan(FLIPS * 9 / 10);
        assertThat(isNoticed(good)).isFalse();
    }

    @Test
    void endsCutOff() {
        List<String> names = names();
        for (int cut = 0; cut < CUTS; cut++) {
            String name = names.get(random.nextInt(names.size()));
            byte[] whole = content(name);
            assertThat(isNoticed(with(name, Arrays.copyOf(whole, random.nextInt(whole.length)))))
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void oneObjectInThePlaceOfAnother() {
        for (String name : names()) {
            for (String other : good.keySet()) {
                if (!name.equals(other)) {
                    assertThat(isNoticed(with(name, content(other))))
                            .as("%s in place of %s", other, name)
                            .isTrue();
                }
            }
        }
    }

    /// The last record cannot be missed: what it says was never told, or was told and is known elsewhere.
    @Test
    void lostObjects() {
        String last =
                good.keySet().stream().filter(name -> name.contains("/log/")).reduce("", (_, name) -> name);
        for (String name : names()) {
            Map<String, byte[]> objects = new TreeMap<>(good);
            objects.remove(name);
            boolean isNoticed = isNoticed(objects);
            assertThat(isNoticed || name.equals(last)).as("without %s", name).isTrue();
        }
    }
}
