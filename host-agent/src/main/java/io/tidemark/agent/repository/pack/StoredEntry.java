package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Digest;

/// What goes into a pack: the first `storedLength` bytes of `bytes`, which are the content as the codec leaves it.
///
/// @param id of the content
/// @param stored SHA-256 of what is stored
/// @param length of the content
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StoredEntry(Digest id, Digest stored, byte[] bytes, int storedLength, int length, Codec codec) {
    /// Content that is stored as it is.
    public static StoredEntry raw(Digest id, byte[] content) {
        return new StoredEntry(id, Digest.of(content), content, content.length, content.length, Codec.RAW);
    }

    DirectoryEntry directoryEntry() {
        return new DirectoryEntry(id, stored, storedLength, length, codec);
    }
}
