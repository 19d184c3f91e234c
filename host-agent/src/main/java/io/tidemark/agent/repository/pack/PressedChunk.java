package io.tidemark.agent.repository.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.pack.ChunkEntry.Kind;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Room for one chunk on its way into the repository, used again for the next. It passes from the thread that fills
/// it to one of the press and on to the one that writes. Fields that are not final follow the chunk that it holds.
public final class PressedChunk {
    private final byte[] bytes = new byte[Chunks.SIZE_BYTES];
    private final byte[] packed = new byte[(int) Zstd.compressBound(Chunks.SIZE_BYTES)];
    private int length;
    private int packedLength;
    private Kind kind = Kind.UNSET;
    private Digest id = ChunkEntry.ZERO.id();
    private @Nullable ChunkEntry same;

    void fill(ByteBuffer chunk) {
        length = chunk.remaining();
        chunk.get(bytes, 0, length);
        kind = Kind.UNSET;
        same = null;
    }

    /// Finds out what to store of the chunk.
    void press(MessageDigest sha, ZstdCompressCtx zstd, Function<Digest, @Nullable ChunkEntry> known) {
        if (isZero()) {
            kind = Kind.ZERO;
            same = ChunkEntry.ZERO;
            return;
        }
        sha.update(bytes, 0, length);
        id = Digest.ofBytes(sha.digest());
        same = known.apply(id);
        if (same == null) {
            packedLength = zstd.compressByteArray(packed, 0, packed.length, bytes, 0, length);
            kind = packedLength < length ? Kind.ZSTD : Kind.RAW;
        }
    }

    private boolean isZero() {
        return bytes[0] == 0 && Arrays.equals(bytes, 0, length - 1, bytes, 1, length);
    }

    /// The chunk's own length, in bytes.
    public int length() {
        return length;
    }

    public Digest id() {
        return id;
    }

    /// Where the repository holds the same bytes already; null if it is not known to.
    public @Nullable ChunkEntry same() {
        return same;
    }

    /// How what is stored is to be read.
    Kind kind() {
        return kind;
    }

    /// What to write, in its first bytes.
    byte[] stored() {
        return kind == Kind.ZSTD ? packed : bytes;
    }

    int storedLength() {
        return kind == Kind.ZSTD ? packedLength : length;
    }
}
