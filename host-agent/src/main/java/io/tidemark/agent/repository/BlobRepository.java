package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.RepositoryException.PointHeld;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.Keyring;
import io.tidemark.agent.repository.crypto.RecoveryKey;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import io.tidemark.agent.repository.crypto.SigningHost;
import io.tidemark.agent.repository.log.LogKey;
import io.tidemark.agent.repository.log.LogRecord.AttemptClosed;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.agent.repository.log.LogRecord.Held;
import io.tidemark.agent.repository.log.LogRecord.Opened;
import io.tidemark.agent.repository.log.LogRecord.Pruned;
import io.tidemark.agent.repository.log.LogRecord.Raised;
import io.tidemark.agent.repository.log.LogRecord.Released;
import io.tidemark.agent.repository.log.LogRecord.RootedDisk;
import io.tidemark.agent.repository.log.LogRecord.SessionClosed;
import io.tidemark.agent.repository.log.LogView;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.log.LogView.Session;
import io.tidemark.agent.repository.log.ReadRules;
import io.tidemark.agent.repository.log.VmLog;
import io.tidemark.agent.repository.log.WriteRules;
import io.tidemark.agent.repository.pack.PackReader;
import io.tidemark.agent.repository.tree.DiskTree;
import io.tidemark.agent.repository.tree.NodeReader;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.VmId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A repository of version 1, as `docs/formats/repository.md` describes it, in any storage that keeps what the port
/// asks for.
public final class BlobRepository implements Repository {
    private static final Logger LOG = Logger.getLogger(BlobRepository.class);
    private static final long REMEMBERED_DIRECTORIES_BYTES = 16L << 20;

    private final Storage storage;
    /// Not final: what was opened last; another is opened where the header says another id.
    private volatile @Nullable Parts opened;

    public BlobRepository(Storage storage) {
        this.storage = storage;
    }

    /// What belongs to the repository of one id.
    static final class Parts {
        final UUID id;
        final BlobStore store;
        final Registry registry;
        final RepositoryKeys keys;
        final ContentIds chunkIds;
        final PackReader packs;
        final NodeReader nodes;
        final HostSignatures signatures;
        private final Map<VmId, VmLog> logs = new ConcurrentHashMap<>();

        private Parts(BlobStore store, UUID id, RepositoryKeys keys, @Nullable SigningHost host) {
            this.id = id;
            this.store = store;
            this.keys = keys;
            this.chunkIds = keys.isProtecting()
                    ? (bytes, offset, length) -> keys.ids().of(bytes, offset, length)
                    : ContentIds.PLAIN;
            this.registry = new Registry(store, id);
            this.packs = new PackReader(store, id, keys, REMEMBERED_DIRECTORIES_BYTES);
            this.nodes = new NodeReader(packs);
            this.signatures = new HostSignatures(store, id, keys, host);
        }

        VmLog log(VmId vm) {
            return logs.computeIfAbsent(vm, each -> log(each, signatures));
        }

        /// One that remembers nothing.
        VmLog log(VmId vm, HostSignatures checking) {
            return new VmLog(store, new LogKey(id, vm), new KeyedSeal(keys), checking);
        }
    }

    @Override
    public void create() {
        requireNoKey();
        created(false);
        parts();
    }

    /// Whoever brings a key counts on protection, and what is written without it can be read by anybody.
    private void requireNoKey() {
        if (storage.unlocking().isPresent()
                && storage.blobs().read(Header.NAME, Header.BYTES_MAX).isEmpty()) {
            throw new KeyRefused(
                    "repository " + storage.name() + ": expected one with protection, as there is a key for"
                            + " it, found none; make it first: ./tidemark repo init --encrypt");
        }
    }

    /// Lays out an empty repository with protection. On one that exists already it changes nothing, but for a
    /// keyring that a creation left out as it died.
    ///
    /// @param first opens the keyring from now on
    /// @param recovery opens everything, and is kept elsewhere
    public void createProtected(Credential first, RecoveryKey.PublicHalf recovery) {
        Header header = created(true);
        if (!header.isProtected()) {
            throw new KeyRefused(
                    "repository " + storage.name() + ": expected none or one with protection, found one" + " without");
        }
        Keyring keyring = keyring(header);
        if (!keyring.isThere()) {
            keyring.create(first, recovery);
        }
    }

    private Header created(boolean isProtected) {
        storage.prepare();
        BlobStore store = storage.blobs();
        if (store.read(Header.NAME, Header.BYTES_MAX).isEmpty()) {
            store.createIfAbsent(Header.NAME, new Header(storage.ids().get(), isProtected).encode());
        }
        return header();
    }

    /// Empty without protection.
    public Optional<Keyring> keyring() {
        storage.requireThere();
        Header header = header();
        return header.isProtected() ? Optional.of(keyring(header)) : Optional.empty();
    }

    private Keyring keyring(Header header) {
        return new Keyring(storage.blobs(), new RepositoryId(header.id().toString()));
    }

    private Header header() {
        return storage.blobs()
                .read(Header.NAME, Header.BYTES_MAX)
                .map(Header::decode)
                .orElseThrow(() -> new RepositoryUnavailable(
                        "repository " + storage.name() + ": expected the object " + Header.NAME
                                + ", found none; it was never created",
                        null));
    }

    private RepositoryKeys keys(Header header) {
        Optional<Storage.Unlocking> unlocking = storage.unlocking();
        if (!header.isProtected()) {
            if (unlocking.isPresent()) {
                throw new KeyRefused("repository " + storage.name() + ": expected protection, as there is a key for"
                        + " it, found none");
            }
            return RepositoryKeys.none();
        }
        return unlocking
                .map(each -> each.unlock(keyring(header)))
                .orElseGet(
                        () -> RepositoryKeys.locked(new RepositoryId(header.id().toString())));
    }

    Parts parts() {
        storage.requireThere();
        Header header = header();
        Parts known = opened;
        if (known == null || !known.id.equals(header.id())) {
            SigningHost host = storage.host().orElse(null);
            known = new Parts(storage.blobs(), header.id(), keys(header), host);
            opened = known;
        }
        return known;
    }

    @Override
    public String name() {
        return storage.name();
    }

    @Override
    public boolean canOpen() {
        return parts().keys.canOpen();
    }

    @Override
    public VmHistory history(VmId vm) {
        return VmHistory.of(this, vm);
    }

    @Override
    public Optional<UUID> id() {
        return storage.blobs()
                .read(Header.NAME, Header.BYTES_MAX)
                .map(Header::decode)
                .map(Header::id);
    }

    Storage storage() {
        return storage;
    }

    @Override
    public List<VmId> vms() {
        return parts().registry.read().vms().stream()
                .sorted(Comparator.comparing(VmId::toString))
                .toList();
    }

    @Override
    public List<RestorePoint> points(VmId vm) {
        return parts().log(vm).read().points().stream()
                .map(commit -> restorePoint(vm, commit))
                .toList();
    }

    @Override
    public void remove(PointKey key) {
        parts().log(key.vm()).append(view -> {
            if (view.commit(key.point()).isEmpty()) {
                throw new NoSuchPoint(
                        "Point " + key.point() + " of VM " + key.vm() + ": expected a commit, found none");
            }
            if (view.isPruned(key.point())) {
                return Optional.empty();
            }
            requireNotHeld(view, key);
            return Optional.of(new Pruned(key.point()));
        });
    }

    private static void requireNotHeld(LogView view, PointKey key) {
        for (Hold hold : view.holds()) {
            if (hold.point().equals(key.point())) {
                throw new PointHeld("Point " + key.point() + " of VM " + key.vm() + ": expected no hold, found "
                        + hold.id() + " of " + hold.heldAt() + ": " + hold.reason());
            }
        }
    }

    @Override
    public Hold hold(PointKey key, String reason) {
        Hold hold = new Hold(
                new HoldId(storage.ids().get()),
                key.point(),
                reason,
                storage.clock().instant());
        parts().log(key.vm()).append(view -> {
            ReadRules.requireMayOpen(view, key);
            return Optional.of(new Held(hold));
        });
        return hold;
    }

    @Override
    public void release(VmId vm, HoldId hold) {
        parts().log(vm)
                .append(view -> view.holds().stream().anyMatch(each -> each.id().equals(hold))
                        ? Optional.of(new Released(hold))
                        : Optional.empty());
    }

    @Override
    public List<Hold> holds(VmId vm) {
        return parts().log(vm).read().holds();
    }

    @Override
    public long collect() {
        return new Collection(parts(), storage).run();
    }

    @Override
    public long incarnation() {
        return parts().registry.read().incarnation();
    }

    @Override
    public void raiseIncarnation(long incarnation) {
        Parts parts = parts();
        parts.registry.raise(incarnation);
        for (VmId vm : parts.registry.read().vms()) {
            parts.log(vm)
                    .append(view -> view.incarnation() >= incarnation
                            ? Optional.empty()
                            : Optional.of(new Raised(incarnation)));
        }
    }

    @Override
    public WriteSession openWrite(WriteRequest request) {
        Parts parts = parts();
        if (!parts.keys.canSeal()) {
            throw new KeyRefused(
                    "repository " + storage.name() + ": expected a key to write with, found " + parts.keys);
        }
        parts.signatures.enrol();
        parts.registry.register(request.vm());
        return new PackWriteSession(parts, storage, opened(parts, storage, request), request);
    }

    /// Appends that a write session is open, if its attempt may write.
    static SessionId opened(Parts parts, Storage storage, WriteRequest request) {
        SessionId session = new SessionId(storage.ids().get());
        var record = new Opened(
                session, request.attempt(), request.point(), storage.clock().instant());
        parts.log(request.vm()).append(view -> {
            new WriteRules(request, parts.registry.read().incarnation()).requireMayOpen(view);
            return Optional.of(record);
        });
        return session;
    }

    @Override
    public void closeAttempt(VmId vm, Attempt attempt) {
        Parts parts = parts();
        parts.registry.register(vm);
        VmLog log = parts.log(vm);
        log.append(view -> view.isClosed(attempt) ? Optional.empty() : Optional.of(new AttemptClosed(attempt)));
        for (Session session : log.read().sessions()) {
            if (session.opening() instanceof Opened opening && opening.attempt().equals(attempt)) {
                parts.store.discard(opening.session().toString());
            }
        }
    }

    @Override
    public Optional<CommitReceipt> committed(VmId vm, Attempt attempt) {
        VmLog log = parts().log(vm);
        return log.read().committed(attempt).map(log::signed).map(BlobRepository::receipt);
    }

    @Override
    public DiskReader openDisk(PointKey key, DiskId disk) {
        Parts parts = parts();
        if (!parts.keys.canOpen()) {
            throw new KeyRefused("repository " + storage.name() + ": expected a key to read with, found " + parts.keys);
        }
        return new ReadSessions(parts, storage).open(key, disk);
    }

    /// Closes a session that has done its work. One that stays open costs space only, until it is taken for dead.
    static void close(VmLog log, SessionId session) {
        try {
            log.append(view -> view.isClosed(session) ? Optional.empty() : Optional.of(new SessionClosed(session)));
        } catch (RepositoryException failed) {
            LOG.warnf("session %s stays open: %s", session, failed.getMessage());
        }
    }

    @Override
    public Optional<RestorePoint> parent(PointKey key) {
        Parts parts = parts();
        Set<PackId> quarantined = Quarantine.packs(parts.store);
        VmLog log = parts.log(key.vm());
        return log.read().point(key.point()).map(log::signed).map(commit -> {
            List<StoredDisk> whole = commit.record().disks().stream()
                    .filter(disk -> isRootWhole(parts, key, disk))
                    .filter(disk -> Quarantine.isFree(disk, quarantined, parts.nodes))
                    .map(RootedDisk::disk)
                    .toList();
            RestorePoint point = restorePoint(key.vm(), commit);
            return new RestorePoint(
                    point.key(),
                    point.tracker(),
                    point.parent(),
                    point.attempt(),
                    point.description(),
                    new CommitReceipt(key.point(), commit.digest(), whole));
        });
    }

    private static boolean isRootWhole(Parts parts, PointKey key, RootedDisk disk) {
        try {
            DiskTree.open(parts.nodes, disk.root(), disk.disk().description().sizeBytes());
            return true;
        } catch (DamagedException damaged) {
            LOG.warnf(
                    "no increment can be built on the disk: %s vmId=%s restorePointId=%s",
                    damaged.getMessage(), key.vm(), key.point());
            return false;
        }
    }

    static RestorePoint restorePoint(VmId vm, Commit commit) {
        Committed record = commit.record();
        return new RestorePoint(
                new PointKey(vm, record.point()),
                record.tracker(),
                record.parent(),
                record.attempt(),
                record.description(),
                receipt(commit));
    }

    static CommitReceipt receipt(Commit commit) {
        List<StoredDisk> disks =
                commit.record().disks().stream().map(RootedDisk::disk).toList();
        return new CommitReceipt(commit.record().point(), commit.digest(), disks);
    }
}
