package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What a fresh key is for. Its bytes go into all that is derived and sealed, so that nothing opens elsewhere.
///
/// ```
/// 8  magic: "TDMKPAK1" a pack, "TDMKTXT1" a text, "TDMKSIG1" what a host signs
/// 1  length of the repository's id, 1 to 63
/// n  the repository's id, ASCII
/// m  pack: 16 its session, 4 its number; text: 32 SHA-256 of its context; what a host signs: all of it
/// ```
final class Scope {
    private final String thing;
    private final byte[] bytes;

    private Scope(String thing, byte[] bytes) {
        this.thing = thing;
        this.bytes = bytes;
    }

    static Scope ofPack(RepositoryId repository, PackId pack) {
        byte[] name = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES)
                .putLong(pack.session().value().getMostSignificantBits())
                .putLong(pack.session().value().getLeastSignificantBits())
                .putInt(pack.number())
                .array();
        return new Scope("pack " + pack, Bytes.join(start("TDMKPAK1", repository), name));
    }

    static Scope ofText(RepositoryId repository, byte[] context) {
        byte[] name = Digest.of(context).bytes();
        return new Scope("sealed text", Bytes.join(start("TDMKTXT1", repository), name));
    }

    static byte[] signed(RepositoryId repository, byte[] message) {
        return Bytes.join(start("TDMKSIG1", repository), message);
    }

    private static byte[] start(String magic, RepositoryId repository) {
        byte[] id = repository.value().getBytes(StandardCharsets.US_ASCII);
        return Bytes.join(magic.getBytes(StandardCharsets.US_ASCII), new byte[] {(byte) id.length}, id);
    }

    /// The words for it in messages.
    String thing() {
        return thing;
    }

    byte[] bytes() {
        return bytes;
    }

    /// The name of one use of a key within this scope.
    byte[] use(String use) {
        return Bytes.join(use.getBytes(StandardCharsets.US_ASCII), bytes);
    }
}
