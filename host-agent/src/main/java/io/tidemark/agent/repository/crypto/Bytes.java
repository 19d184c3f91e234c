package io.tidemark.agent.repository.crypto;

import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;

/// Arrays joined, and arrays of chance.
final class Bytes {
    private static final SecureRandom CHANCE = new SecureRandom();

    private Bytes() {}

    static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        CHANCE.nextBytes(bytes);
        return bytes;
    }
}
