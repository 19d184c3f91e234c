package io.tidemark.agent.repository.crypto;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// How a wrap's key comes from a credential: with Argon2id from a passphrase, which can be guessed; with HKDF from
/// a key file, which cannot. Each wrap has a salt of its own, so each of these keys seals once.
final class KeyDerivation {
    private static final int SALT_BYTES = 32;
    private static final String ARGON2ID = "argon2id";
    private static final String HKDF = "hkdf-sha256";
    private static final String KEY_FILE_USE = "tidemark key file 1";

    private final @Nullable Argon2Cost cost;
    private final byte[] salt;

    private KeyDerivation(@Nullable Argon2Cost cost, byte[] salt) {
        this.cost = cost;
        this.salt = salt;
    }

    /// @param cost of guessing a passphrase; null for a key file
    static KeyDerivation fresh(@Nullable Argon2Cost cost) {
        return new KeyDerivation(cost, Bytes.random(SALT_BYTES));
    }

    static KeyDerivation read(RecordFields fields) {
        byte[] salt = fields.bytes("salt", SALT_BYTES);
        return switch (fields.text("derivation")) {
            case HKDF -> new KeyDerivation(null, salt);
            case ARGON2ID -> new KeyDerivation(readCost(fields), salt);
            default -> throw fields.damaged("derivation", ARGON2ID + " or " + HKDF);
        };
    }

    private static Argon2Cost readCost(RecordFields fields) {
        int lanes = fields.number("lanes", 1, Argon2Cost.LANES_MAX);
        int passes = fields.number("passes", 1, Argon2Cost.PASSES_MAX);
        try {
            return new Argon2Cost(fields.number("memoryKib", 1, Argon2Cost.MEMORY_KIB_MAX), passes, lanes);
        } catch (IllegalArgumentException _) {
            throw fields.damaged("memoryKib", "8 KiB a lane");
        }
    }

    void write(ObjectNode out) {
        out.put("derivation", cost == null ? HKDF : ARGON2ID);
        if (cost != null) {
            out.put("memoryKib", cost.memoryKib()).put("passes", cost.passes()).put("lanes", cost.lanes());
        }
        out.put("salt", HexFormat.of().formatHex(salt));
    }

    boolean isForPassphrase() {
        return cost != null;
    }

    byte[] key(byte[] secret) {
        return cost == null ? Hkdf.keyFor(Hkdf.extract(salt, secret), KEY_FILE_USE) : cost.key(secret, salt);
    }

    /// What a wrap is bound to, so that nobody changes it.
    String text() {
        String parameters =
                cost == null ? HKDF : ARGON2ID + "," + cost.memoryKib() + "," + cost.passes() + "," + cost.lanes();
        return parameters + "," + HexFormat.of().formatHex(salt);
    }
}
