package io.tidemark.agent.repository.crypto;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/// A generation's secret, sealed with the key of one credential. With it lies the generation's root key: whoever
/// opens a wrap knows from it which keyring is meant, whatever the storage shows.
///
/// ```
/// 32  the secret: of the whole generation, or its write secret
/// 32  the generation's root key
/// 16  tag
/// ```
final class Wrap {
    static final int SECRET_BYTES = 32;

    private static final int SEALED_BYTES = SECRET_BYTES + Curve.KEY_BYTES + Aead.TAG_BYTES;
    private static final String ROLE = "role";
    private static final String SEALED = "sealed";

    private final Keyring.Role role;
    private final KeyDerivation derivation;
    private final byte[] sealed;

    private Wrap(Keyring.Role role, KeyDerivation derivation, byte[] sealed) {
        this.role = role;
        this.derivation = derivation;
        this.sealed = sealed;
    }

    /// @param use names the generation in its repository
    static Wrap seal(String use, Keyring.Role role, Credential credential, Content content) {
        KeyDerivation derivation = credential.newDerivation();
        byte[] plain = Bytes.join(content.secret, content.root);
        byte[] sealed = new Aead(credential.key(derivation)).seal(label(use, role, derivation), plain);
        return new Wrap(role, derivation, sealed);
    }

    static Wrap read(RecordFields fields) {
        Keyring.Role role = switch (fields.text(ROLE)) {
            case "full" -> Keyring.Role.FULL;
            case "write-only" -> Keyring.Role.WRITE_ONLY;
            default -> throw fields.damaged(ROLE, "full or write-only");
        };
        return new Wrap(role, KeyDerivation.read(fields), fields.bytes(SEALED, SEALED_BYTES));
    }

    ObjectNode json() {
        ObjectNode out = RecordText.newObject().put(ROLE, word(role));
        derivation.write(out);
        return out.put(SEALED, HexFormat.of().formatHex(sealed));
    }

    /// Empty: the credential is another one.
    Optional<Content> open(String use, Credential credential) {
        if (!credential.isOfKindOf(derivation)) {
            return Optional.empty();
        }
        try {
            byte[] plain = new Aead(credential.key(derivation)).open(label(use, role, derivation), sealed);
            return Optional.of(new Content(
                    role, Arrays.copyOf(plain, SECRET_BYTES), Arrays.copyOfRange(plain, SECRET_BYTES, plain.length)));
        } catch (AEADBadTagException _) {
            return Optional.empty();
        }
    }

    private static Aead.Label label(String use, Keyring.Role role, KeyDerivation derivation) {
        String text = use + "|wrap|" + word(role) + "|" + derivation.text();
        return Aead.Label.once(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String word(Keyring.Role role) {
        return switch (role) {
            case FULL -> "full";
            case WRITE_ONLY -> "write-only";
        };
    }

    /// What a wrap keeps.
    static final class Content {
        private final Keyring.Role role;
        private final byte[] secret;
        private final byte[] root;

        private Content(Keyring.Role role, byte[] secret, byte[] root) {
            this.role = role;
            this.secret = secret;
            this.root = root;
        }

        static Content of(Keyring.Role role, byte[] secret, PublicKey root) {
            return new Content(role, secret, Curve.raw(root));
        }

        Keyring.Role role() {
            return role;
        }

        byte[] secret() {
            return secret;
        }

        void requireRoot(String thing, PublicKey found) {
            if (!Arrays.equals(root, Curve.raw(found))) {
                throw new DamagedException(thing, "the root key that its wrap names", "another");
            }
        }
    }
}
