package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.schemas.id.RepositoryId;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/// What a process holds of a repository's keys: an opaque handle that prints none of them. It is one of:
///
/// - *none*, of a repository without protection: reads and writes in the clear;
/// - *write-only*: names chunks and seals, and opens nothing, not even what it has sealed itself;
/// - *full*: opens as well what was sealed up to the generation that it was unlocked with;
/// - *recovery*: opens and does not seal, as nothing vouches for what it would seal to;
/// - *locked*, of whoever has no credential: sees the shape of things and nothing else.
///
/// Any thread may use it.
public final class RepositoryKeys {
    private static final RepositoryKeys NONE =
            new RepositoryKeys(new RepositoryId("none"), null, Recipients.NONE, Map.of(), null);

    private final RepositoryId repository;
    private final @Nullable IdKey idKey;
    private final Recipients recipients;
    private final Map<KeyId, PrivateKey> privateKeys;
    private final @Nullable GenerationKeys owned;

    /// @param owned the keys of the newest generation, of its owner only
    RepositoryKeys(
            RepositoryId repository,
            @Nullable IdKey idKey,
            Recipients recipients,
            Map<KeyId, PrivateKey> privateKeys,
            @Nullable GenerationKeys owned) {
        this.repository = repository;
        this.idKey = idKey;
        this.recipients = recipients;
        this.privateKeys = Map.copyOf(privateKeys);
        this.owned = owned;
    }

    /// Whom a generation's packs are sealed to.
    record Recipients(int generation, List<PublicKey> keys) {
        static final Recipients NONE = new Recipients(0, List.of());

        @Override
        public String toString() {
            return "generation " + generation;
        }
    }

    /// Of a repository without protection.
    public static RepositoryKeys none() {
        return NONE;
    }

    /// Of a repository with protection, for whoever brings no credential.
    public static RepositoryKeys locked(RepositoryId repository) {
        return new RepositoryKeys(repository, null, Recipients.NONE, Map.of(), null);
    }

    /// Opens packs and texts of a repository whose keyring is lost. Ids of chunks cannot be checked then.
    public static RepositoryKeys ofRecovery(RepositoryId repository, RecoveryKey key) {
        var privateKeys = Map.of(KeyId.of(key.pair().getPublic()), key.pair().getPrivate());
        return new RepositoryKeys(repository, null, Recipients.NONE, privateKeys, null);
    }

    public boolean isProtecting() {
        return this != NONE;
    }

    /// Whether {@link #opener} and {@link #openText} may succeed.
    public boolean canOpen() {
        return !isProtecting() || !privateKeys.isEmpty();
    }

    /// Whether {@link #sealer} and {@link #sealText} succeed.
    public boolean canSeal() {
        return !isProtecting() || !recipients.keys().isEmpty();
    }

    /// The newest key generation, which packs are sealed to; 0 if there is none to seal to.
    public int generation() {
        return recipients.generation();
    }

    /// A new one for each thread.
    public ChunkIds ids() {
        return isProtecting() ? requireIdKey().chunkIds() : ChunkIds.plain();
    }

    /// Whether {@link #ids} names chunks with a key, and vouchers of hosts can be made and checked.
    public boolean hasIdKey() {
        return idKey != null;
    }

    IdKey requireIdKey() {
        if (idKey == null) {
            throw new KeyRefused(this + ": expected the id key, found none in them");
        }
        return idKey;
    }

    GenerationKeys requireOwned() {
        if (owned == null) {
            throw new KeyRefused(this + ": expected full ones of the newest generation, found none in them");
        }
        return owned;
    }

    /// Makes a key for a pack that is begun now; once a pack.
    public PackSealer sealer(PackId pack) {
        Scope scope = Scope.ofPack(repository, pack);
        return new PackSealer(pack, scope, isProtecting() ? fresh(scope) : null);
    }

    private SealedKey fresh(Scope scope) {
        if (!canSeal()) {
            throw new KeyRefused(this + ": expected public keys to seal " + scope.thing() + " to, found none");
        }
        return SealedKey.fresh(recipients.keys(), scope);
    }

    /// Opens what a pack's header holds as its key section.
    public PackOpener opener(PackId pack, byte[] keySection) {
        Scope scope = Scope.ofPack(repository, pack);
        if (isProtecting()) {
            return new PackOpener(pack, scope, opened(scope, keySection));
        }
        if (keySection.length > 0) {
            throw new DamagedException(
                    "key section of " + scope.thing(), "no bytes without protection", keySection.length + " bytes");
        }
        return new PackOpener(pack, scope, null);
    }

    private SealedKey opened(Scope scope, byte[] section) {
        if (!canOpen()) {
            throw new KeyRefused(this + ": expected a private key to open " + scope.thing() + ", found none");
        }
        return SealedKey.opened(privateKeys, scope, section);
    }

    /// Seals a small text with a key of its own: a key section and then the sealed bytes. Without protection these
    /// are the plain bytes.
    ///
    /// @param context where the text belongs; it opens nowhere else
    public byte[] sealText(byte[] plain, byte[] context) {
        if (!isProtecting()) {
            return plain.clone();
        }
        Scope scope = Scope.ofText(repository, context);
        SealedKey key = fresh(scope);
        return Bytes.join(key.section(), key.cipher().seal(Aead.Label.once(scope.bytes()), plain));
    }

    /// The text that was sealed for this context.
    public byte[] openText(byte[] sealed, byte[] context) {
        if (!isProtecting()) {
            return sealed.clone();
        }
        Scope scope = Scope.ofText(repository, context);
        int sectionLength = SealedKey.lengthAtStart(sealed);
        SealedKey key = opened(scope, Arrays.copyOf(sealed, sectionLength));
        try {
            return key.cipher()
                    .open(Aead.Label.once(scope.bytes()), sealed, sectionLength, sealed.length - sectionLength);
        } catch (AEADBadTagException _) {
            throw new DamagedException(scope.thing(), "bytes sealed for its context", "other bytes");
        }
    }

    /// What it may do, and no key.
    @Override
    public String toString() {
        if (!isProtecting()) {
            return "keys of a repository without protection";
        }
        return kind() + " keys of repository " + repository + ", " + recipients;
    }

    private String kind() {
        if (canSeal()) {
            return canOpen() ? "full" : "write-only";
        }
        return canOpen() ? "recovery" : "no";
    }
}
