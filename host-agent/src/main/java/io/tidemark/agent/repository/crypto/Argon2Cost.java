package io.tidemark.agent.repository.crypto;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// What a guess of a passphrase costs with Argon2id (RFC 9106, version 0x13). The limits hold for records of others
/// too, and are checked before any memory is taken.
record Argon2Cost(int memoryKib, int passes, int lanes) {
    static final int MEMORY_KIB_MAX = 256 << 10;
    static final int PASSES_MAX = 16;
    static final int LANES_MAX = 8;

    /// The second recommendation of RFC 9106, section 4.
    static final Argon2Cost DEFAULT = new Argon2Cost(64 << 10, 3, 4);

    private static final int MEMORY_KIB_OF_LANE_MIN = 8;

    Argon2Cost {
        if (memoryKib > MEMORY_KIB_MAX
                || passes < 1
                || passes > PASSES_MAX
                || lanes < 1
                || lanes > LANES_MAX
                || memoryKib < MEMORY_KIB_OF_LANE_MIN * lanes) {
            throw new IllegalArgumentException("Argon2: expected at most " + MEMORY_KIB_MAX + " KiB, " + PASSES_MAX
                    + " passes, " + LANES_MAX + " lanes and 8 KiB a lane, found " + memoryKib + ", " + passes
                    + ", " + lanes);
        }
    }

    byte[] key(byte[] passphrase, byte[] salt) {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] key = new byte[Aead.KEY_BYTES];
        generator.generateBytes(passphrase, key);
        return key;
    }
}
