package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Digest;

/// What goes into a pack: the first `packedLength` bytes of `bytes`, which are the content as the codec leaves it.
///
/// @param id of the content
/// @param length of the content
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StoredEntry(Digest id, byte[] bytes, int packedLength, int length, Codec codec) {
    /// Content that is stored as it is.
    public static StoredEntry raw(Digest id, byte[] content) {
        return new StoredEntry(id, content, content.length, content.length, Codec.RAW);
    }
}
