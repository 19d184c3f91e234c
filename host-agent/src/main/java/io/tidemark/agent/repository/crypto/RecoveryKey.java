package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.HexFormat;

/// The last resort of a repository: it opens every pack and text that was sealed while its public half was
/// registered, even if all passphrases and the keyring are lost. It belongs on paper or a medium in a safe, and on
/// no host that writes backups.
public final class RecoveryKey {
    private static final String HEADER = "tidemark-recovery-key 1";

    private final KeyPair pair;

    private RecoveryKey(KeyPair pair) {
        this.pair = pair;
    }

    public static RecoveryKey create() {
        return new RecoveryKey(Curve.X25519.generate());
    }

    /// Makes a file that only its owner may read. A file that is there stays as it is.
    public void writeTo(Path file) {
        PairFile.create(file, HEADER, pair);
    }

    public static RecoveryKey read(Path file) {
        return new RecoveryKey(PairFile.read(file, HEADER, Curve.X25519));
    }

    public PublicHalf publicHalf() {
        return new PublicHalf(pair.getPublic());
    }

    KeyPair pair() {
        return pair;
    }

    /// What writers seal to. No secret.
    public static final class PublicHalf {
        private final PublicKey key;

        private PublicHalf(PublicKey key) {
            this.key = key;
        }

        /// Reads 64 hexadecimal digits, as an operator copies them from where the key is kept.
        public static PublicHalf ofHex(String hex) {
            try {
                return new PublicHalf(Curve.X25519.publicKey(HexFormat.of().parseHex(hex)));
            } catch (IllegalArgumentException _) {
                throw new DamagedException("public recovery key", "64 hexadecimal digits", "something else");
            }
        }

        public String hex() {
            return HexFormat.of().formatHex(Curve.raw(key));
        }

        PublicKey key() {
            return key;
        }
    }
}
