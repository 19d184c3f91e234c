package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.schemas.id.RepositoryId;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The keys of a repository, in immutable objects below `keys/`. Whether it is protected is settled when it is
/// created, by the first of them. Numbers are consecutive from 1, and the next one is taken by *create if absent*;
/// nothing is concluded from a listing. Each call reads what is there.
///
/// Rotation makes a new generation with a new secret, new key pairs and a new root key. It does not seal old packs
/// anew: whoever could open them still can, and a host that reads old points needs the old private keys, which the
/// new secret opens. It does not change the id key, as every chunk would be stored again; who knows it can go on to
/// tell whether a known chunk is there. It does not take write-only wraps away. And it stops only one who reads the
/// storage: one who held the old secret and can replace objects can show a writer another next generation.
public final class Keyring {
    private static final int WRAPS_MAX = 100;

    private final BlobStore blobs;
    private final RepositoryId repository;

    public Keyring(BlobStore blobs, RepositoryId repository) {
        this.blobs = blobs;
        this.repository = repository;
    }

    /// What a credential is good for.
    public enum Role {
        /// To read and write, and to change the keyring.
        FULL,
        /// To write and deduplicate: it leads to the id key and the public keys, and to no private one.
        WRITE_ONLY
    }

    /// Settles that the repository has no protection.
    public RepositoryKeys createUnprotected() {
        create(1, Generation.unprotected(repository));
        return RepositoryKeys.none();
    }

    /// Settles that the repository is protected. All of it is one object: there is a keyring with a wrap, or none.
    ///
    /// @param first opens all of it
    public RepositoryKeys create(Credential first, RecoveryKey.PublicHalf recovery) {
        var keys = GenerationKeys.fresh(repository, 1);
        create(1, Generation.first(repository, keys, first, recovery));
        return fullKeys(generations(), 1, keys.secret());
    }

    private void create(int number, byte[] record) {
        if (!blobs.createOwn(name("generation", number), record)) {
            throw new SessionUnusable(
                    named() + ": expected no generation " + number + ", found one that somebody else made");
        }
    }

    /// Whether it has been created.
    public boolean isThere() {
        return blobs.read(name("generation", 1), RecordText.BYTES_MAX).isPresent();
    }

    public boolean isProtecting() {
        return generations().getFirst().isProtecting();
    }

    /// Of a repository without protection; refused if it is protected.
    public RepositoryKeys withoutCredential() {
        if (isProtecting()) {
            throw new KeyRefused(named() + ": expected a passphrase or key file, found none");
        }
        return RepositoryKeys.none();
    }

    /// Opens the keyring, newest wraps first; a passphrase costs some tenths of a second and 64 MiB for each
    /// wrap that it is tried at. A damaged wrap hinders only who needs it. A repository without protection is
    /// refused, so that nobody who brings a key writes in the clear because somebody has replaced the keyring.
    public RepositoryKeys unlock(Credential credential) {
        List<Generation> generations = protectedGenerations();
        Wraps wraps = wraps(generations);
        for (Placed each : wraps.readable().reversed()) {
            Generation generation = each.generation();
            Optional<Wrap.Content> content = each.wrap().open(generation.use(), credential);
            if (content.isPresent()) {
                content.get().requireRoot(generation.thing(), generation.root());
                return keys(generations, generation.number(), content.get());
            }
        }
        if (!wraps.damaged().isEmpty()) {
            throw wraps.damaged().getFirst();
        }
        throw new KeyRefused(named() + ": expected the passphrase or key file of one of its "
                + wraps.readable().size() + " wraps, found one that opens none");
    }

    /// Keys that open and do not seal.
    public RepositoryKeys unlock(RecoveryKey recovery) {
        KeyId id = KeyId.of(recovery.pair().getPublic());
        for (Generation each : protectedGenerations().reversed()) {
            if (KeyId.of(each.recoveryKey()).equals(id)) {
                return new RepositoryKeys(
                        repository,
                        new IdKey(each.idKeyForRecovery(recovery.pair())),
                        RepositoryKeys.Recipients.NONE,
                        Map.of(id, recovery.pair().getPrivate()),
                        null);
            }
        }
        throw new KeyRefused(named() + ": expected a recovery key of one of its generations, found another");
    }

    /// Adds a passphrase or key file for the newest generation.
    ///
    /// @param keys full ones
    public void add(RepositoryKeys keys, Credential credential, Role role) {
        GenerationKeys owned = requireNewest(generations(), keys);
        for (int number = 1; number <= WRAPS_MAX; number++) {
            var json = RecordText.newObject()
                    .put("type", "wrap")
                    .put("repository", repository.value())
                    .put("number", number)
                    .put("generation", keys.generation());
            json.set("wrap", owned.wrap(credential, role).json());
            if (isFree("wrap", number)
                    && blobs.createOwn(name("wrap", number), RecordText.write(Generation.HEADER, json, null))) {
                return;
            }
        }
        throw new KeyRefused(named() + ": expected fewer than " + WRAPS_MAX + " wraps, found them");
    }

    /// Begins a new generation, which writers seal to from their next unlocking on. Full credentials of the old one
    /// do not open the new one: they are added anew. Write-only ones stay.
    ///
    /// @param keys full ones
    /// @param first opens all of the new generation, and the old ones through it
    public RepositoryKeys rotate(RepositoryKeys keys, Credential first, RecoveryKey.PublicHalf recovery) {
        List<Generation> generations = generations();
        GenerationKeys owned = requireNewest(generations, keys);
        int number = generations.size() + 1;
        if (number > Generation.NUMBER_MAX) {
            throw new KeyRefused(named() + ": expected fewer than " + Generation.NUMBER_MAX + " generations");
        }
        var next = GenerationKeys.fresh(repository, number);
        create(number, generations.getLast().next(owned, next, first, recovery));
        return fullKeys(generations(), number, next.secret());
    }

    private GenerationKeys requireNewest(List<Generation> generations, RepositoryKeys keys) {
        GenerationKeys owned = keys.requireOwned();
        if (!generations.getLast().isOf(owned)) {
            throw new KeyRefused(named() + ": expected keys of generation " + generations.size() + ", found " + keys);
        }
        return owned;
    }

    private List<Generation> protectedGenerations() {
        List<Generation> generations = generations();
        if (!generations.getFirst().isProtecting()) {
            throw new KeyRefused(named() + ": expected a protected repository, found one without protection");
        }
        return generations;
    }

    /// All of them, each checked against the one before.
    private List<Generation> generations() {
        List<Generation> all = new ArrayList<>();
        @Nullable Generation last = null;
        for (int number = 1; number <= Generation.NUMBER_MAX; number++) {
            Optional<byte[]> record = blobs.read(name("generation", number), RecordText.BYTES_MAX);
            if (record.isEmpty()) {
                break;
            }
            last = Generation.read(repository, number, record.get(), last);
            all.add(last);
        }
        if (all.isEmpty()) {
            throw new RepositoryUnavailable(named() + ": expected a first generation, found none", null);
        }
        return all;
    }

    /// A wrap and the generation whose secret it keeps.
    private record Placed(Generation generation, Wrap wrap) {}

    private record Wraps(List<Placed> readable, List<DamagedException> damaged) {}

    private Wraps wraps(List<Generation> generations) {
        Wraps all = new Wraps(new ArrayList<>(), new ArrayList<>());
        for (Generation generation : generations) {
            generation.wraps().forEach(wrap -> all.readable().add(new Placed(generation, wrap)));
        }
        for (int number = 1; number <= WRAPS_MAX; number++) {
            try {
                Optional<byte[]> record = blobs.read(name("wrap", number), RecordText.BYTES_MAX);
                if (record.isEmpty()) {
                    break;
                }
                all.readable().add(placed(generations, number, record.get()));
            } catch (DamagedException damaged) {
                all.damaged().add(damaged);
            }
        }
        return all;
    }

    private Placed placed(List<Generation> generations, int number, byte[] record) {
        String thing = named() + ", wrap " + number;
        RecordFields fields = RecordText.read(thing, Generation.HEADER, record).fields();
        fields.require("type", "wrap");
        fields.require("repository", repository.value());
        fields.number("number", number, number);
        int generation = fields.number("generation", 1, generations.size());
        return new Placed(generations.get(generation - 1), Wrap.read(fields.object("wrap")));
    }

    private boolean isFree(String kind, int number) {
        return blobs.read(name(kind, number), RecordText.BYTES_MAX).isEmpty();
    }

    private RepositoryKeys keys(List<Generation> generations, int number, Wrap.Content content) {
        return switch (content.role()) {
            case FULL -> fullKeys(generations, number, content.secret());
            case WRITE_ONLY ->
                new RepositoryKeys(
                        repository,
                        new IdKey(generations.get(number - 1).idKey(content.secret())),
                        recipients(generations),
                        Map.of(),
                        null);
        };
    }

    /// Keys of a generation and, through its secret, of all before.
    private RepositoryKeys fullKeys(List<Generation> generations, int number, byte[] newestSecret) {
        Map<KeyId, PrivateKey> privateKeys = new HashMap<>();
        byte[] secret = newestSecret;
        for (int each = number; each >= 1; each--) {
            Generation generation = generations.get(each - 1);
            var pair = generation.keys(secret).sealing();
            privateKeys.put(KeyId.of(pair.getPublic()), pair.getPrivate());
            secret = each > 1 ? generation.previousSecret(secret) : secret;
        }
        GenerationKeys own = generations.get(number - 1).keys(newestSecret);
        return new RepositoryKeys(
                repository,
                new IdKey(generations.get(number - 1).idKey(own.writeSecret())),
                recipients(generations),
                privateKeys,
                number == generations.size() ? own : null);
    }

    private static RepositoryKeys.Recipients recipients(List<Generation> generations) {
        Generation newest = generations.getLast();
        List<PublicKey> keys = List.of(newest.publicKey(), newest.recoveryKey());
        return new RepositoryKeys.Recipients(newest.number(), keys);
    }

    private static BlobName name(String kind, int number) {
        return new BlobName("keys/" + kind + "-" + number);
    }

    private String named() {
        return "keys of repository " + repository;
    }
}
