package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/// What opens a keyring: a passphrase that a person knows, or a file of chance that a machine holds.
public final class Credential {
    private static final int PASSPHRASE_CHARACTERS_MAX = 1024;
    private static final int KEY_FILE_BYTES = 32;
    private static final int KEY_FILE_BYTES_MAX = 4096;

    private final byte[] secret;
    private final @Nullable Argon2Cost cost;

    private Credential(byte[] secret, @Nullable Argon2Cost cost) {
        this.secret = secret;
        this.cost = cost;
    }

    /// How the characters were typed makes no difference: they are brought into form NFC of Unicode.
    public static Credential ofPassphrase(char[] passphrase) {
        return ofPassphrase(passphrase, Argon2Cost.DEFAULT);
    }

    static Credential ofPassphrase(char[] passphrase, Argon2Cost cost) {
        if (passphrase.length == 0 || passphrase.length > PASSPHRASE_CHARACTERS_MAX) {
            throw new KeyRefused("passphrase: expected 1 to " + PASSPHRASE_CHARACTERS_MAX + " characters, found "
                    + passphrase.length);
        }
        String text = Normalizer.normalize(CharBuffer.wrap(passphrase), Normalizer.Form.NFC);
        return new Credential(text.getBytes(StandardCharsets.UTF_8), cost);
    }

    /// Makes a key file that only its owner may read. A file that is there stays as it is.
    public static Credential createKeyFile(Path file) {
        byte[] secret = Bytes.random(KEY_FILE_BYTES);
        PrivateFile.create(file, secret);
        return new Credential(secret, null);
    }

    /// Reads 32 to 4096 bytes, which nobody must be able to guess.
    public static Credential readKeyFile(Path file) {
        byte[] secret = PrivateFile.read(file, KEY_FILE_BYTES_MAX);
        if (secret.length < KEY_FILE_BYTES) {
            throw new KeyRefused(
                    "key file " + file + ": expected at least " + KEY_FILE_BYTES + " bytes, found " + secret.length);
        }
        return new Credential(secret, null);
    }

    KeyDerivation newDerivation() {
        return KeyDerivation.fresh(cost);
    }

    /// False: a passphrase for a wrap of a key file, or the other way round.
    boolean isOfKindOf(KeyDerivation derivation) {
        return derivation.isForPassphrase() == (cost != null);
    }

    byte[] key(KeyDerivation derivation) {
        return derivation.key(secret);
    }
}
