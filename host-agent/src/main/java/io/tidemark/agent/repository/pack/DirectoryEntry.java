package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Digest;
import java.nio.ByteBuffer;

/// What a pack's directory says of one entry, big-endian:
///
/// ```
/// 32 id
/// 32 SHA-256 of the stored bytes
/// 4  length of the stored bytes
/// 4  length of the content, in its lower three bytes; codec, in the highest
/// ```
///
/// @param id of the content
/// @param stored digest of the stored bytes
public record DirectoryEntry(Digest id, Digest stored, int storedLength, int length, Codec codec) {
    static final int LENGTH_BYTES = 72;
    static final int STORED_LENGTH_AT = 64;

    private static final int CODEC_SHIFT = 24;
    private static final int LENGTH_MASK = (1 << CODEC_SHIFT) - 1;
    private static final Codec[] CODECS = Codec.values();

    void encode(ByteBuffer out) {
        id.write(out);
        stored.write(out);
        out.putInt(storedLength).putInt(codec.code() << CODEC_SHIFT | length);
    }

    /// Whether the packed word names a codec that there is.
    static boolean isWord(int word) {
        return word >>> CODEC_SHIFT < CODECS.length;
    }

    static DirectoryEntry decode(ByteBuffer in) {
        Digest id = Digest.read(in);
        Digest stored = Digest.read(in);
        int storedLength = in.getInt();
        int word = in.getInt();
        return new DirectoryEntry(id, stored, storedLength, word & LENGTH_MASK, CODECS[word >>> CODEC_SHIFT]);
    }
}
