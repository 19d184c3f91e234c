package io.tidemark.agent.repository.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Room for one chunk on its way into the repository, used again for the next. It passes from the thread that fills
/// it to one of the press and on to the one that writes. Fields that are not final follow the chunk that it holds.
public final class PressedChunk {
    private final byte[] bytes = new byte[Chunks.SIZE_BYTES];
    private final byte[] packed = new byte[(int) Zstd.compressBound(Chunks.SIZE_BYTES)];
    private int length;
    private boolean isZero;
    private @Nullable Digest id;
    private @Nullable Place same;
    private @Nullable StoredEntry entry;

    void fill(ByteBuffer chunk) {
        length = chunk.remaining();
        chunk.get(bytes, 0, length);
        isZero = false;
        id = null;
        same = null;
        entry = null;
    }

    /// Finds out what to store of the chunk.
    ///
    /// @param isDecoded asked of what is packed: whether it is unpacked again and compared
    /// @param known finds the same bytes in the repository
    void press(ContentIds ids, PressTools tools, BooleanSupplier isDecoded, Function<Digest, @Nullable Place> known) {
        if (bytes[0] == 0 && Arrays.equals(bytes, 0, length - 1, bytes, 1, length)) {
            isZero = true;
            return;
        }
        Digest found = ids.of(bytes, 0, length);
        id = found;
        same = known.apply(found);
        if (same == null) {
            int packedLength = tools.zstd().compressByteArray(packed, 0, packed.length, bytes, 0, length);
            boolean isPacked = packedLength < length;
            if (isPacked && isDecoded.getAsBoolean()) {
                requireSame(packedLength, tools);
            }
            // of what is stored as it is, the plain id is the digest
            Digest digest = ids != ContentIds.PLAIN ? null : isPacked ? Digest.of(packed, 0, packedLength) : found;
            entry = isPacked
                    ? new StoredEntry(found, packed, packedLength, length, Codec.ZSTD, digest)
                    : new StoredEntry(found, bytes, length, length, Codec.RAW, digest);
        }
    }

    /// What cannot be unpacked to what it was is found before anybody counts on it.
    private void requireSame(int packedLength, PressTools tools) {
        byte[] unpacked = tools.unpacked();
        try {
            int got = tools.unzip().decompressByteArray(unpacked, 0, unpacked.length, packed, 0, packedLength);
            if (got != length || !Arrays.equals(bytes, 0, length, unpacked, 0, length)) {
                throw new DamagedException("compressed chunk " + id, "it to unpack to what it was", "other bytes");
            }
        } catch (ZstdException e) {
            throw new DamagedException("compressed chunk " + id, "it to unpack", String.valueOf(e.getMessage()));
        }
    }

    /// The chunk's own length, in bytes.
    public int length() {
        return length;
    }

    public boolean isZero() {
        return isZero;
    }

    /// Of a chunk that is not zero.
    public Digest id() {
        return required(id);
    }

    /// Where the repository holds the same bytes already; null if it is not known to.
    public @Nullable Place same() {
        return same;
    }

    /// What to store of a chunk that is neither zero nor known.
    public StoredEntry entry() {
        return required(entry);
    }

    private static <T> T required(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("chunk: expected it pressed, found it not");
        }
        return part;
    }
}
