package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.VerificationReport.Vouchers;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.crypto.HostKey;
import io.tidemark.agent.repository.crypto.HostKeys;
import io.tidemark.agent.repository.crypto.KeyId;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import io.tidemark.agent.repository.crypto.SigningHost;
import io.tidemark.agent.repository.log.Signatures;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Signs as the host of this process, and checks signatures by the keys that hosts have enrolled in the repository,
/// which it remembers. A key that it does not remember it looks for.
public final class HostSignatures implements Signatures {
    private final RepositoryId repository;
    private final RepositoryKeys keys;
    private final HostKeys enrolled;
    private final @Nullable SigningHost self;
    private final Map<HostId, List<HostKey>> known = new ConcurrentHashMap<>();
    /// Not final: whether the own key was enrolled since the repository was opened.
    private volatile boolean isEnrolled;

    /// @param keys check the vouchers of keys, if they can
    /// @param self who signs; null for whoever only reads
    public HostSignatures(BlobStore store, UUID repository, RepositoryKeys keys, @Nullable SigningHost self) {
        this.repository = new RepositoryId(repository.toString());
        this.keys = keys;
        this.enrolled = new HostKeys(store, this.repository);
        this.self = self;
    }

    /// Makes the own key known before it signs.
    ///
    /// @throws KeyRefused there is none
    void enrol() {
        SigningHost host = requireSelf();
        if (!isEnrolled) {
            enrolled.enrol(keys, host.id(), host.signer());
            isEnrolled = true;
        }
    }

    /// As whom this process signs.
    HostId self() {
        return requireSelf().id();
    }

    private SigningHost requireSelf() {
        if (self == null) {
            throw new KeyRefused(
                    "repository " + repository + ": expected a host with a key to sign commits with, found none");
        }
        return self;
    }

    @Override
    public Signature sign(HostId host, byte[] lines) {
        SigningHost signing = requireSelf();
        if (!signing.id().equals(host)) {
            throw new KeyRefused("repository " + repository + ": expected the key of host " + host
                    + " to sign with, found that of host " + signing.id());
        }
        return new Signature(
                signing.signer().id(), HexFormat.of().formatHex(signing.signer().sign(repository, lines)));
    }

    @Override
    public void require(String thing, HostId host, byte[] lines, Signature signature) {
        HostKey key = find(host, signature.key())
                .orElseThrow(() -> new DamagedException(
                        thing,
                        "a signature by a key of host " + host + " that is enrolled, one of " + ids(host),
                        "one by " + signature.key()));
        if (!key.hasSigned(lines, HexFormat.of().parseHex(signature.hex()))) {
            throw new DamagedException(
                    thing, "the signature of host " + host + " by its key " + key.id(), "another one");
        }
    }

    /// Also one that was enrolled after the others were remembered.
    private Optional<HostKey> find(HostId host, KeyId key) {
        Optional<HostKey> remembered = among(known.getOrDefault(host, List.of()), key);
        return remembered.isPresent() ? remembered : among(read(host), key);
    }

    private static Optional<HostKey> among(List<HostKey> some, KeyId key) {
        return some.stream().filter(each -> each.id().equals(key)).findFirst();
    }

    private List<HostKey> read(HostId host) {
        List<HostKey> found = enrolled.of(host, keys);
        known.put(host, found);
        return found;
    }

    /// The hosts that have keys here, as far as a listing tells.
    Set<HostId> hosts() {
        return enrolled.hosts();
    }

    /// How many keys a host has.
    int keys(HostId host) {
        return read(host).size();
    }

    /// What is known of who enrols keys.
    Vouchers vouchers() {
        if (!keys.isProtecting()) {
            return Vouchers.NONE;
        }
        return keys.hasIdKey() ? Vouchers.CHECKED : Vouchers.NOT_CHECKED;
    }

    private List<KeyId> ids(HostId host) {
        return known.getOrDefault(host, List.of()).stream().map(HostKey::id).toList();
    }
}
