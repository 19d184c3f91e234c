package io.tidemark.agent.repository.crypto;

import io.tidemark.schemas.id.RepositoryId;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import javax.crypto.AEADBadTagException;

/// What the owner of one key generation holds: its secret, the pair that packs are sealed to, and the root pair
/// that signs the next generation.
final class GenerationKeys {
    private final String use;
    private final byte[] secret;
    private final KeyPair sealing;
    private final KeyPair root;

    GenerationKeys(String use, byte[] secret, KeyPair sealing, KeyPair root) {
        this.use = use;
        this.secret = secret;
        this.sealing = sealing;
        this.root = root;
    }

    static GenerationKeys fresh(RepositoryId repository, int number) {
        return new GenerationKeys(
                use(repository, number),
                Bytes.random(Wrap.SECRET_BYTES),
                Curve.X25519.generate(),
                Curve.ED25519.generate());
    }

    /// The name of a generation in all that is sealed for it.
    static String use(RepositoryId repository, int number) {
        return "tidemark-keys 1|" + repository + "|" + number;
    }

    /// Seals a field with a key of its own, made from a secret.
    static byte[] seal(byte[] secret, String field, byte[] plain) {
        return new Aead(Hkdf.keyFor(secret, field)).seal(label(field), plain);
    }

    static byte[] open(byte[] secret, String field, byte[] sealed) throws AEADBadTagException {
        return new Aead(Hkdf.keyFor(secret, field)).open(label(field), sealed);
    }

    private static Aead.Label label(String field) {
        return Aead.Label.once(field.getBytes(StandardCharsets.UTF_8));
    }

    /// It opens the id key and nothing else.
    static byte[] writeSecret(byte[] secret, String use) {
        return Hkdf.keyFor(secret, use + "|write");
    }

    byte[] writeSecret() {
        return writeSecret(secret, use);
    }

    Wrap wrap(Credential credential, Keyring.Role role) {
        byte[] kept = switch (role) {
            case FULL -> secret;
            case WRITE_ONLY -> writeSecret();
        };
        return Wrap.seal(use, role, credential, Wrap.Content.of(role, kept, root.getPublic()));
    }

    String use() {
        return use;
    }

    byte[] secret() {
        return secret;
    }

    KeyPair sealing() {
        return sealing;
    }

    KeyPair root() {
        return root;
    }
}
