package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import java.nio.ByteBuffer;

/// What an entry of a pack is bound to: sealed under one label, it opens under no other. Its bytes, behind those of
/// the pack's scope:
///
/// ```
/// 4   number of the entry in its pack, from 0
/// 4   codec
/// 4   length before compression and sealing
/// 32  id of the chunk
/// ```
///
/// @param codec how the bytes are compressed, as the pack's directory says
/// @param lengthBytes of the chunk, before compression and sealing
public record EntryLabel(PackId pack, int entry, int codec, int lengthBytes, Digest id) {
    private static final int BYTES = 3 * Integer.BYTES + Digest.LENGTH_BYTES;

    public EntryLabel {
        if (entry < 0 || lengthBytes < 0) {
            throw new IllegalArgumentException("entry of pack " + pack
                    + ": expected a number and a length from 0, found " + entry + " and " + lengthBytes);
        }
    }

    Aead.Label in(Scope scope) {
        ByteBuffer associated = ByteBuffer.allocate(scope.bytes().length + BYTES);
        associated.put(scope.bytes()).putInt(entry).putInt(codec).putInt(lengthBytes);
        id.write(associated);
        byte[] nonce = ByteBuffer.allocate(Aead.NONCE_BYTES)
                .putInt(Aead.NONCE_BYTES - Integer.BYTES, entry)
                .array();
        return new Aead.Label(nonce, associated.array());
    }

    @Override
    public String toString() {
        return "entry " + entry + " of pack " + pack;
    }
}
