package io.tidemark.agent.repository;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256, as its 32 bytes in four big-endian numbers: there is one for each chunk of a disk, so it is kept
/// small and spelled out only for people.
public record Digest(long first, long second, long third, long fourth) {
    public static final int LENGTH_BYTES = 32;

    /// From 64 lower-case hexadecimal digits.
    public static Digest ofHex(String hex) {
        if (!isHex(hex)) {
            throw new IllegalArgumentException("Digest: expected 64 hexadecimal digits, found \"" + hex + "\"");
        }
        return ofBytes(HexFormat.of().parseHex(hex));
    }

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

    /// The digest of `length` bytes from `offset` on; position and limit stay.
    public static Digest of(ByteBuffer bytes, int offset, int length) {
        MessageDigest sha = sha256();
        sha.update(bytes.slice(offset, length));
        return ofBytes(sha.digest());
    }

    public static Digest of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /// From the 32 bytes of a digest.
    public static Digest ofBytes(byte[] digest) {
        if (digest.length != LENGTH_BYTES) {
            throw new IllegalArgumentException("Digest: expected 32 bytes, found " + digest.length);
        }
        return read(ByteBuffer.wrap(digest));
    }

    /// Takes the next 32 bytes of `in`.
    public static Digest read(ByteBuffer in) {
        return new Digest(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    /// Appends the 32 bytes to `out`, which is big-endian.
    public void write(ByteBuffer out) {
        out.putLong(first).putLong(second).putLong(third).putLong(fourth);
    }

    public byte[] bytes() {
        ByteBuffer out = ByteBuffer.allocate(LENGTH_BYTES);
        write(out);
        return out.array();
    }

    /// 64 lower-case hexadecimal digits.
    public String hex() {
        return HexFormat.of().formatHex(bytes());
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
        return hex();
    }
}
