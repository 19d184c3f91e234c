package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.Digest;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The name of a public key: the first 16 bytes of its SHA-256.
///
/// @param hex 32 lower-case hexadecimal digits
public record KeyId(String hex) {
    static final int LENGTH_BYTES = 16;

    private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{32}");

    public KeyId {
        if (!WHOLE.matcher(hex).matches()) {
            throw new IllegalArgumentException("KeyId: expected 32 hexadecimal digits, found \"" + hex + "\"");
        }
    }

    static KeyId of(PublicKey key) {
        return ofBytes(Arrays.copyOf(Digest.of(Curve.raw(key)).bytes(), LENGTH_BYTES));
    }

    static KeyId ofBytes(byte[] bytes) {
        return new KeyId(HexFormat.of().formatHex(bytes));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
