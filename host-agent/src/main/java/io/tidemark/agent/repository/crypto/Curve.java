package io.tidemark.agent.repository.crypto;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/// X25519 (RFC 7748) seals and Ed25519 (RFC 8032) signs. Both kinds of key are stored as their 32 bytes; the JDK
/// wants them behind the fixed bytes of RFC 8410.
enum Curve {
    X25519("302a300506032b656e032100", "302e020100300506032b656e04220420"),
    ED25519("302a300506032b6570032100", "302e020100300506032b657004220420");

    static final int KEY_BYTES = 32;
    static final int PAIR_BYTES = 2 * KEY_BYTES;

    private final String algorithm;
    private final String beforePublic;
    private final String beforePrivate;

    Curve(String beforePublic, String beforePrivate) {
        this.algorithm = name();
        this.beforePublic = beforePublic;
        this.beforePrivate = beforePrivate;
    }

    KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " is missing from this Java", e);
        }
    }

    /// @throws IllegalArgumentException these are not the 32 bytes of a key
    PublicKey publicKey(byte[] raw) {
        try {
            return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded(beforePublic, raw)));
        } catch (GeneralSecurityException _) {
            throw new IllegalArgumentException("expected a public key of " + algorithm + ", found other bytes");
        }
    }

    private PrivateKey privateKey(byte[] raw) {
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded(beforePrivate, raw)));
        } catch (GeneralSecurityException _) {
            throw new IllegalArgumentException("expected a private key of " + algorithm + ", found other bytes");
        }
    }

    private static byte[] encoded(String before, byte[] raw) {
        return Bytes.join(HexFormat.of().parseHex(before), raw);
    }

    /// From the private and then the public key.
    ///
    /// @throws IllegalArgumentException these are not the 64 bytes of a pair
    KeyPair pair(byte[] raw) {
        return new KeyPair(
                publicKey(Arrays.copyOfRange(raw, KEY_BYTES, raw.length)), privateKey(Arrays.copyOf(raw, KEY_BYTES)));
    }

    static byte[] rawPair(KeyPair pair) {
        return Bytes.join(raw(pair.getPrivate()), raw(pair.getPublic()));
    }

    static byte[] raw(Key key) {
        byte[] encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    }
}
