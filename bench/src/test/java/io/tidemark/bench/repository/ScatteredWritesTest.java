package io.tidemark.bench.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.Chunks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SequencedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScatteredWritesTest {
    private static final int CHUNKS = 64;
    private static final int IMAGE_BYTES = CHUNKS * Chunks.SIZE_BYTES;

    @TempDir
    Path folder;

    private Path image;

    @BeforeEach
    void makeImage() throws Exception {
        image = Files.write(folder.resolve("image"), new byte[IMAGE_BYTES]);
    }

    private static ScatteredWrites writes() {
        byte[] filler = new byte[4 * Chunks.SIZE_BYTES];
        Arrays.fill(filler, (byte) 7);
        return new ScatteredWrites(1, filler);
    }

    @Test
    void chunksThatWereTouchedAreThoseThatAreNamed() throws Exception {
        SequencedSet<Long> named = writes().change(image, IMAGE_BYTES / 8);

        byte[] bytes = Files.readAllBytes(image);
        SequencedSet<Long> touched = new TreeSet<>();
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] != 0) {
                touched.add((long) at / Chunks.SIZE_BYTES);
            }
        }
        assertThat(bytes).hasSize(IMAGE_BYTES);
        assertThat(named).isEqualTo(touched).hasSizeBetween(5, CHUNKS - 1);
    }

    @Test
    void theSameSeedWritesTheSame() throws Exception {
        Path other = Files.copy(image, folder.resolve("other"));

        assertThat(writes().change(image, 100_000)).isEqualTo(writes().change(other, 100_000));
        assertThat(Files.mismatch(image, other)).isEqualTo(-1);
    }

    @Test
    void aChangedChunkIsFilledButForHalfABlock() {
        byte[] chunk = writes().changedChunk();

        int others = 0;
        for (byte each : chunk) {
            others += each == 7 ? 0 : 1;
        }
        assertThat(chunk).hasSize(Chunks.SIZE_BYTES);
        assertThat(others).isBetween(2000, 2048);
    }
}
