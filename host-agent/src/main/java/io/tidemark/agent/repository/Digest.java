package io.tidemark.agent.repository;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256, as 64 lower-case hexadecimal digits.
public record Digest(String hex) {
    public static final int LENGTH_BYTES = 32;

    public Digest {
        if (!isHex(hex)) {
            throw new IllegalArgumentException("Digest: expected 64 hexadecimal digits, found \"" + hex + "\"");
        }
    }

    /// Without a regular expression, as there is one for each chunk of a disk.
    private static boolean isHex(String text) {
        return text.length() == 2 * LENGTH_BYTES
                && text.chars().allMatch(each -> (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f'));
    }

    /// The digest of a part of an array.
    public static Digest of(byte[] bytes, int offset, int length) {
        MessageDigest sha = sha256();
        sha.update(bytes, offset, length);
        return ofBytes(sha.digest());
    }

    public static Digest of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /// Wraps the 32 bytes of a digest.
    public static Digest ofBytes(byte[] digest) {
        return new Digest(HexFormat.of().formatHex(digest));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /// A new SHA-256 computation; each Java has it.
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this Java", e);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
