package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.Digest;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/// Names chunks by their content: SHA-256 without protection, HMAC-SHA-256 with the repository's id key otherwise,
/// so that nobody without the key can tell whether a known chunk is there. Cheap to make; one thread at a time.
public final class ChunkIds {
    private final Hash hash;

    private ChunkIds(Hash hash) {
        this.hash = hash;
    }

    static ChunkIds plain() {
        MessageDigest sha = Digest.sha256();
        return new ChunkIds((bytes, offset, length) -> {
            sha.update(bytes, offset, length);
            return sha.digest();
        });
    }

    static ChunkIds keyed(SecretKey idKey) {
        Mac hmac = Hkdf.hmac(idKey);
        return new ChunkIds((bytes, offset, length) -> {
            hmac.update(bytes, offset, length);
            return hmac.doFinal();
        });
    }

    public Digest of(byte[] bytes, int offset, int length) {
        return Digest.ofBytes(hash.of(bytes, offset, length));
    }

    private interface Hash {
        byte[] of(byte[] bytes, int offset, int length);
    }
}
