package io.tidemark.agent.repository.crypto;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/// A key generation as it is stored: what writers seal to in the clear, what opens it sealed with the generation's
/// secret, and wraps that keep the secret. Signed by the root key of the generation before, the first by its own.
/// The object's fields; keys and what is sealed in hexadecimal digits:
///
/// ```
/// type "generation", repository, number, protection "aes-256-gcm" or "none"; with "none" nothing else
/// publicKey         X25519
/// recoveryKey       X25519
/// rootKey           Ed25519
/// keyPairs          by the secret: X25519 private, public, Ed25519 private, public
/// idKey             by the write secret, which is made from the secret
/// idKeyForRecovery  to the recovery key
/// wraps             1 to 16 objects
/// previous          SHA-256 of the record of the generation before; not in the first
/// previousSecret    by the secret: the secret of the generation before; not in the first
/// ```
final class Generation {
    static final String HEADER = "tidemark-keys 1";
    static final int NUMBER_MAX = 1000;

    private static final String PROTECTION = "protection";
    private static final String NONE = "none";
    private static final String AES = "aes-256-gcm";
    private static final int WRAPS_MAX = 16;

    private final RepositoryId repository;
    private final int number;
    private final String thing;
    private final RecordText text;
    private final Digest digest;

    private Generation(RepositoryId repository, int number, byte[] bytes) {
        this.repository = repository;
        this.number = number;
        this.thing = "keys of repository " + repository + ", generation " + number;
        this.text = RecordText.read(thing, HEADER, bytes);
        this.digest = Digest.of(bytes);
    }

    /// Reads what should be generation `number`, and checks that it follows the one before.
    static Generation read(RepositoryId repository, int number, byte[] bytes, @Nullable Generation previous) {
        var read = new Generation(repository, number, bytes);
        RecordFields fields = read.text.fields();
        fields.require("type", "generation");
        fields.require("repository", repository.value());
        fields.number("number", number, number);
        if (number == 1 && !read.isProtecting()) {
            return read;
        }
        fields.require(PROTECTION, AES);
        if (!read.text.isSignedBy(previous == null ? read.root() : previous.root())) {
            throw new DamagedException(read.thing, "a signature by the root key before it", "another or none");
        }
        if (previous != null && !Arrays.equals(fields.bytes("previous", 32), previous.digest.bytes())) {
            throw new DamagedException(read.thing, "the digest of the generation before it", "another");
        }
        return read;
    }

    /// The record of a repository without protection.
    static byte[] unprotected(RepositoryId repository) {
        return RecordText.write(HEADER, start(repository, 1, NONE), null);
    }

    private static ObjectNode start(RepositoryId repository, int number, String protection) {
        return RecordText.newObject()
                .put("type", "generation")
                .put("repository", repository.value())
                .put("number", number)
                .put(PROTECTION, protection);
    }

    /// The record of a first generation.
    ///
    /// @param first gets a full wrap
    static byte[] first(
            RepositoryId repository, GenerationKeys keys, Credential first, RecoveryKey.PublicHalf recovery) {
        byte[] idKey = Bytes.random(IdKey.LENGTH_BYTES);
        return RecordText.write(HEADER, json(start(repository, 1, AES), keys, idKey, first, recovery), keys.root());
    }

    /// The record of the generation that follows this one.
    ///
    /// @param own the keys of this one
    byte[] next(GenerationKeys own, GenerationKeys next, Credential first, RecoveryKey.PublicHalf recovery) {
        byte[] idKey = idKey(own.writeSecret());
        ObjectNode json = json(start(repository, number + 1, AES), next, idKey, first, recovery);
        json.put("previous", digest.hex());
        putSealed(json, next, "previousSecret", own.secret());
        return RecordText.write(HEADER, json, own.root());
    }

    private static ObjectNode json(
            ObjectNode start, GenerationKeys keys, byte[] idKey, Credential first, RecoveryKey.PublicHalf recovery) {
        start.put("publicKey", hex(Curve.raw(keys.sealing().getPublic())));
        start.put("recoveryKey", recovery.hex());
        start.put("rootKey", hex(Curve.raw(keys.root().getPublic())));
        putSealed(start, keys, "keyPairs", Bytes.join(Curve.rawPair(keys.sealing()), Curve.rawPair(keys.root())));
        start.put("idKey", hex(GenerationKeys.seal(keys.writeSecret(), keys.use() + "|idKey", idKey)));
        start.put("idKeyForRecovery", hex(Hpke.AES_256.seal(recovery.key(), forRecovery(keys.use()), idKey)));
        start.putArray("wraps").add(keys.wrap(first, Keyring.Role.FULL).json());
        return start;
    }

    private static void putSealed(ObjectNode json, GenerationKeys keys, String field, byte[] plain) {
        json.put(field, hex(GenerationKeys.seal(keys.secret(), keys.use() + "|" + field, plain)));
    }

    private static byte[] forRecovery(String use) {
        return (use + "|idKeyForRecovery").getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    int number() {
        return number;
    }

    String thing() {
        return thing;
    }

    String use() {
        return GenerationKeys.use(repository, number);
    }

    boolean isProtecting() {
        return !text.fields().text(PROTECTION).equals(NONE);
    }

    PublicKey publicKey() {
        return text.fields().publicKey("publicKey", Curve.X25519);
    }

    PublicKey recoveryKey() {
        return text.fields().publicKey("recoveryKey", Curve.X25519);
    }

    PublicKey root() {
        return text.fields().publicKey("rootKey", Curve.ED25519);
    }

    List<Wrap> wraps() {
        return text.fields().objects("wraps", WRAPS_MAX).stream()
                .map(Wrap::read)
                .toList();
    }

    /// The keys of this generation, by its secret.
    GenerationKeys keys(byte[] secret) {
        byte[] pairs = opened("keyPairs", 2 * Curve.PAIR_BYTES, secret);
        try {
            KeyPair sealing = Curve.X25519.pair(Arrays.copyOf(pairs, Curve.PAIR_BYTES));
            KeyPair root = Curve.ED25519.pair(Arrays.copyOfRange(pairs, Curve.PAIR_BYTES, pairs.length));
            return new GenerationKeys(use(), secret, sealing, root);
        } catch (IllegalArgumentException _) {
            throw text.fields().damaged("keyPairs", "two key pairs");
        }
    }

    /// Whether this is the generation whose keys these are, and not another of the same number.
    boolean isOf(GenerationKeys keys) {
        return use().equals(keys.use()) && root().equals(keys.root().getPublic());
    }

    byte[] idKey(byte[] writeSecret) {
        return opened("idKey", IdKey.LENGTH_BYTES, writeSecret);
    }

    /// The secret of the generation before this one, which is not the first.
    byte[] previousSecret(byte[] secret) {
        return opened("previousSecret", Wrap.SECRET_BYTES, secret);
    }

    private byte[] opened(String field, int length, byte[] secret) {
        byte[] sealed = text.fields().bytes(field, length + Aead.TAG_BYTES);
        try {
            return GenerationKeys.open(secret, use() + "|" + field, sealed);
        } catch (AEADBadTagException _) {
            throw text.fields().damaged(field, "bytes that were sealed for it");
        }
    }

    byte[] idKeyForRecovery(KeyPair recovery) {
        byte[] sealed = text.fields().bytes("idKeyForRecovery", IdKey.LENGTH_BYTES + Hpke.MORE_BYTES);
        try {
            return Hpke.AES_256.open(recovery.getPrivate(), forRecovery(use()), sealed);
        } catch (AEADBadTagException _) {
            throw text.fields().damaged("idKeyForRecovery", "bytes that were sealed for it");
        }
    }
}
