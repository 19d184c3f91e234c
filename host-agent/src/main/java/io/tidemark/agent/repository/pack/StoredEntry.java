package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Digest;
import org.jspecify.annotations.Nullable;

/// What goes into a pack: the first `packedLength` bytes of `bytes`, which are the content as the codec leaves it.
///
/// @param id of the content
/// @param length of the content
/// @param digest of the `packedLength` bytes; null leaves it to whoever stores them
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StoredEntry(
        Digest id,
        byte[] bytes,
        int packedLength,
        int length,
        Codec codec,
        @Nullable Digest digest) {
    /// Content that is stored as it is.
    public static StoredEntry raw(Digest id, byte[] content) {
        return new StoredEntry(id, content, content.length, content.length, Codec.RAW, null);
    }

    /// SHA-256 of the bytes.
    Digest digestOfBytes() {
        return digest == null ? Digest.of(bytes, 0, packedLength) : digest;
    }
}
