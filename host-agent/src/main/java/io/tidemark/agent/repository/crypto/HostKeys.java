package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The public signing keys of hosts, in immutable objects below `keys/`, which need no key to be read. Each is
/// signed by the key that it holds: whoever enrols it has the private half. In a protected repository it carries a
/// voucher as well, made with the id key: whoever enrols it may write, and does not merely reach the storage.
public final class HostKeys {
    private static final int KEYS_OF_HOST_MAX = 100;
    private static final String FOLDER = "keys";
    private static final String VOUCHER = "voucher";
    private static final Pattern NAME =
            Pattern.compile(FOLDER + "/host-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})-[0-9]+");

    private final BlobStore blobs;
    private final RepositoryId repository;

    public HostKeys(BlobStore blobs, RepositoryId repository) {
        this.blobs = blobs;
        this.repository = repository;
    }

    /// Makes a host's key known, or finds it, and it lasts in both cases: what was only found may be lost with the
    /// power.
    ///
    /// @param keys any that may write
    public HostKey enrol(RepositoryKeys keys, HostId host, HostSigner signer) {
        List<HostKey> known = of(host, keys);
        for (int number = 1; number <= known.size(); number++) {
            HostKey each = known.get(number - 1);
            if (each.id().equals(signer.id())) {
                blobs.createIfAbsent(name(host, number), record(keys, host, number, signer));
                return each;
            }
        }
        for (int number = known.size() + 1; number <= KEYS_OF_HOST_MAX; number++) {
            if (blobs.createOwn(name(host, number), record(keys, host, number, signer))) {
                return new HostKey(repository, host, signer.pair().getPublic());
            }
        }
        throw new KeyRefused("host " + host + ": expected fewer than " + KEYS_OF_HOST_MAX + " keys, found them");
    }

    private byte[] record(RepositoryKeys keys, HostId host, int number, HostSigner signer) {
        PublicKey key = signer.pair().getPublic();
        var json = RecordText.newObject()
                .put("type", "host")
                .put("repository", repository.value())
                .put("host", host.toString())
                .put("number", number)
                .put("publicKey", HexFormat.of().formatHex(Curve.raw(key)));
        if (keys.isProtecting()) {
            json.put(VOUCHER, HexFormat.of().formatHex(keys.requireIdKey().voucher(place(host, number, key))));
        }
        return RecordText.write(Generation.HEADER, json, signer.pair());
    }

    /// All keys of a host that have been enrolled, oldest first.
    ///
    /// @param keys whose id key checks vouchers; without one they are not checked
    public List<HostKey> of(HostId host, RepositoryKeys keys) {
        List<HostKey> all = new ArrayList<>();
        for (int number = 1; number <= KEYS_OF_HOST_MAX; number++) {
            Optional<byte[]> record = blobs.read(name(host, number), RecordText.BYTES_MAX);
            if (record.isEmpty()) {
                break;
            }
            all.add(read(keys, host, number, record.get()));
        }
        return all;
    }

    /// The hosts that have keys here, as far as a listing tells.
    public Set<HostId> hosts() {
        Set<HostId> hosts = new TreeSet<>(Comparator.comparing(HostId::toString));
        for (BlobName name : blobs.list(FOLDER)) {
            Matcher found = NAME.matcher(name.text());
            if (found.matches()) {
                hosts.add(HostId.of(found.group(1)));
            }
        }
        return hosts;
    }

    private HostKey read(RepositoryKeys keys, HostId host, int number, byte[] record) {
        String thing = "key " + number + " of host " + host + " in repository " + repository;
        RecordText text = RecordText.read(thing, Generation.HEADER, record);
        RecordFields fields = text.fields();
        fields.require("type", "host");
        fields.require("repository", repository.value());
        fields.require("host", host.toString());
        fields.number("number", number, number);
        PublicKey key = fields.publicKey("publicKey", Curve.ED25519);
        if (!text.isSignedBy(key)) {
            throw new DamagedException(thing, "a signature by itself", "another or none");
        }
        if (keys.hasIdKey()
                && !keys.requireIdKey().isVoucher(fields.bytes(VOUCHER, Hkdf.HASH_BYTES), place(host, number, key))) {
            throw new DamagedException(thing, "a voucher by the id key", "another");
        }
        return new HostKey(repository, host, key);
    }

    private String place(HostId host, int number, PublicKey key) {
        return repository + "|" + host + "|" + number + "|" + KeyId.of(key);
    }

    private static BlobName name(HostId host, int number) {
        return new BlobName(FOLDER + "/host-" + host + "-" + number);
    }
}
