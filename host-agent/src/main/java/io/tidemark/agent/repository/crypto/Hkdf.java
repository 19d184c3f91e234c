package io.tidemark.agent.repository.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// HKDF (RFC 5869) and HMAC (RFC 2104), both with SHA-256.
final class Hkdf {
    static final int HASH_BYTES = 32;

    private static final String HKDF = "HKDF-SHA256";
    private static final String HMAC = "HmacSHA256";

    private Hkdf() {}

    static byte[] extract(byte[] salt, byte[] input) {
        return derive(HKDFParameterSpec.ofExtract().addSalt(salt).addIKM(input).extractOnly());
    }

    static byte[] expand(byte[] key, byte[] use, int length) {
        return derive(HKDFParameterSpec.expandOnly(new SecretKeySpec(key, HKDF), use, length));
    }

    /// A key for one use, which `use` names.
    static byte[] keyFor(byte[] key, byte[] use) {
        return expand(key, use, Aead.KEY_BYTES);
    }

    static byte[] keyFor(byte[] key, String use) {
        return keyFor(key, use.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] derive(HKDFParameterSpec parameters) {
        try {
            return KDF.getInstance(HKDF).deriveData(parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(HKDF + " failed", e);
        }
    }

    static Mac hmac(SecretKey key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(HMAC + " failed", e);
        }
    }

    static SecretKey hmacKey(byte[] key) {
        return new SecretKeySpec(key, HMAC);
    }
}
