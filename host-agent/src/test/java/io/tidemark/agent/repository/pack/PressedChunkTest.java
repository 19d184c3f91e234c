package io.tidemark.agent.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdCompressCtx;
import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Decoding;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class PressedChunkTest {
    private static final byte[] TEXT =
            "a line that comes again and again, as lines do\n".repeat(1000).getBytes(StandardCharsets.UTF_8);

    private static PressedChunk pressed(byte[] content, ZstdCompressCtx zstd) {
        return pressed(content, zstd, Decoding.ALL.turns());
    }

    private static PressedChunk pressed(byte[] content, ZstdCompressCtx zstd, BooleanSupplier isDecoded) {
        PressedChunk chunk = new PressedChunk();
        chunk.fill(ByteBuffer.wrap(content));
        chunk.press(ContentIds.PLAIN, PressTools.of(zstd), isDecoded, _ -> null);
        return chunk;
    }

    @Test
    void whatPacksIsPackedAndWhatDoesNotIsStoredAsItIs() {
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
            assertThat(pressed(TEXT, zstd).entry().codec()).isEqualTo(Codec.ZSTD);
            assertThat(pressed(TEXT, zstd).entry().packedLength()).isLessThan(TEXT.length / 10);
            assertThat(pressed(noise, zstd).entry().codec()).isEqualTo(Codec.RAW);
            assertThat(pressed(noise, zstd).id()).isEqualTo(Digest.of(noise));
            assertThat(pressed(new byte[77], zstd).isZero()).isTrue();
        }
    }

    private static byte[] dictionary() {
        byte[] dictionary = new byte[2000];
        new Random(2).nextBytes(dictionary);
        System.arraycopy(TEXT, 0, dictionary, 500, 1000);
        return dictionary;
    }

    /// A compressor whose frames nobody can read who has not its dictionary stands for one that is broken.
    @Test
    void aChunkThatWouldNotUnpackIsFoundBeforeItIsWritten() {
        try (ZstdCompressCtx broken = new ZstdCompressCtx()) {
            broken.loadDict(dictionary());

            assertThatThrownBy(() -> pressed(TEXT, broken))
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining("compressed chunk");
        }
    }

    /// What is stored as it is between them takes no turn.
    @Test
    void ofSixteenChunksThatPackTheFirstIsUnpackedAgain() {
        byte[] noise = new byte[5000];
        new Random(3).nextBytes(noise);
        try (ZstdCompressCtx zstd = new ZstdCompressCtx();
                ZstdCompressCtx broken = new ZstdCompressCtx()) {
            broken.loadDict(dictionary());
            BooleanSupplier turns = Decoding.SAMPLE.turns();
            pressed(TEXT, zstd, turns);
            for (int chunk = 1; chunk < 16; chunk++) {
                assertThat(pressed(TEXT, broken, turns).entry().codec()).isEqualTo(Codec.ZSTD);
                assertThat(pressed(noise, zstd, turns).entry().codec()).isEqualTo(Codec.RAW);
            }

            assertThatThrownBy(() -> pressed(TEXT, broken, turns)).isInstanceOf(DamagedException.class);
        }
    }
}
