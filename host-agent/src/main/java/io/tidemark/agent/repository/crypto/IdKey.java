package io.tidemark.agent.repository.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import javax.crypto.SecretKey;

/// The id key of a repository: whoever holds it can name chunks and vouch for hosts. For each there is a key of its
/// own, so that no chunk of a guest has an id that is a voucher.
final class IdKey {
    static final int LENGTH_BYTES = 32;

    private final SecretKey ids;
    private final SecretKey vouchers;

    IdKey(byte[] key) {
        this.ids = Hkdf.hmacKey(Hkdf.keyFor(key, "tidemark chunk ids 1"));
        this.vouchers = Hkdf.hmacKey(Hkdf.keyFor(key, "tidemark vouchers 1"));
    }

    ChunkIds chunkIds() {
        return ChunkIds.keyed(ids);
    }

    byte[] voucher(String place) {
        return Hkdf.hmac(vouchers).doFinal(place.getBytes(StandardCharsets.UTF_8));
    }

    boolean isVoucher(byte[] found, String place) {
        return MessageDigest.isEqual(found, voucher(place));
    }
}
