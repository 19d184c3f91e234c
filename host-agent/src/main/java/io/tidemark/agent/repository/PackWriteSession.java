package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.RepositoryException.CollectedMeanwhile;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.ParentMissing;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.agent.repository.log.LogRecord.MadePacks;
import io.tidemark.agent.repository.log.LogRecord.RootedDisk;
import io.tidemark.agent.repository.log.LogView;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.log.LogView.Entry;
import io.tidemark.agent.repository.log.VmLog;
import io.tidemark.agent.repository.log.WriteRules;
import io.tidemark.agent.repository.pack.ChunkPress;
import io.tidemark.agent.repository.pack.PackKind;
import io.tidemark.agent.repository.pack.PackStream;
import io.tidemark.agent.repository.pack.PressedChunk;
import io.tidemark.agent.repository.pack.WrittenPack;
import io.tidemark.agent.repository.tree.Child;
import io.tidemark.agent.repository.tree.DiskTree;
import io.tidemark.agent.repository.tree.TreeWriter;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A write session: packs of chunks while the data comes, packs of nodes at its end, then one record. Chunks are
/// hashed, compressed and written by other threads, so that an error of one may come with a later call. What is
/// said of chunks takes effect in the order in which it is said.
final class PackWriteSession implements WriteSession {
    private final Parts parts;
    /// Those of this attempt, all open: the first has made the packs, and one more for each fence.
    private final List<SessionId> sessions = new ArrayList<>();
    private final Storage storage;
    private final WriteRequest request;
    private final Proofs proofs;
    private final PackStream chunkPacks;
    private final PackStream nodePacks;
    private final Set<PackId> quarantined;
    private final Map<DiskId, OpenDisk> disks = new LinkedHashMap<>();
    private final ChunkPress press;
    private final RememberedChunks remembered = new RememberedChunks();
    private final OrderedSteps steps;
    private final List<RootedDisk> rooted = new ArrayList<>();
    // not final: they follow the life of the session
    private Stage stage = Stage.WRITING;
    private @Nullable PointDescription description;
    private @Nullable MadePacks made;

    private enum Stage {
        WRITING,
        SEALED,
        ENDED,
        FAILED
    }

    private static final class OpenDisk {
        private final DiskDescription description;
        private final @Nullable OldDisk parent;
        private final Donors donors;
        private final TreeWriter tree;
        private long newBytes;
        private long storedBytes;

        private OpenDisk(DiskDescription description, @Nullable OldDisk parent, Donors donors, TreeWriter tree) {
            this.description = description;
            this.parent = parent;
            this.donors = donors;
            this.tree = tree;
        }
    }

    /// The parent's disk.
    ///
    /// @param isFree whether none of it lies in quarantine, so that all of it can be kept
    private record OldDisk(DiskTree tree, boolean isFree) {}

    /// @param session is open in the log
    PackWriteSession(Parts parts, Storage storage, SessionId session, WriteRequest request) {
        this.parts = parts;
        this.storage = storage;
        this.proofs = new Proofs(parts);
        this.sessions.add(session);
        this.request = request;
        this.quarantined = Quarantine.packs(parts.store);
        this.steps = new OrderedSteps(name());
        this.press = new ChunkPress(parts.chunkIds, storage.decoding());
        AtomicInteger numbers = new AtomicInteger();
        var owner = new PackStream.Owner(parts.id, session, numbers::getAndIncrement);
        this.chunkPacks = new PackStream(parts.store, owner, PackKind.CHUNKS, parts.keys);
        this.nodePacks = new PackStream(parts.store, owner, PackKind.NODES, parts.keys);
        try {
            open();
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private void open() {
        Optional<Commit> parent = Optional.ofNullable(request.parent())
                .flatMap(point -> log().read().point(point))
                .map(log()::signed);
        for (DiskDescription disk : request.disks()) {
            OldDisk old = parent.map(commit -> inParent(commit, disk)).orElse(null);
            DiskTree kept = old == null || !old.isFree() ? null : old.tree();
            Donors donors = Donors.of(parts, proofs, request, disk, scope(old == null));
            TreeWriter tree = new TreeWriter(disk.sizeBytes(), storage.work(), parts.nodes, kept);
            disks.put(disk.disk(), new OpenDisk(disk, old, donors, tree));
        }
    }

    private Donors.Scope scope(boolean isWithoutParent) {
        if (!storage.isTrusted()) {
            return Donors.Scope.THIS_HOST;
        }
        return isWithoutParent ? Donors.Scope.ALL_VMS : Donors.Scope.THIS_VM;
    }

    private VmLog log() {
        return parts.log(request.vm());
    }

    private @Nullable OldDisk inParent(Commit parent, DiskDescription disk) {
        return parent.record().disks().stream()
                .filter(each -> each.disk().description().disk().equals(disk.disk()))
                .filter(each -> each.disk().description().sizeBytes() == disk.sizeBytes())
                .findFirst()
                .map(each -> opened(each, disk))
                .orElse(null);
    }

    /// A full only saves bytes by its parent, so it goes on without one that is damaged.
    private @Nullable OldDisk opened(RootedDisk old, DiskDescription disk) {
        try {
            DiskTree tree = DiskTree.open(parts.nodes, old.root(), disk.sizeBytes());
            return new OldDisk(tree, Quarantine.isFree(old, quarantined, parts.nodes));
        } catch (DamagedException damaged) {
            if (disk.level() == Level.FULL) {
                return null;
            }
            throw damaged;
        }
    }

    private String name() {
        return "Write session of point " + request.point();
    }

    @Override
    public void putChunk(DiskId disk, long index, ByteBuffer bytes) {
        begin(Stage.WRITING);
        OpenDisk open = require(disk, new ChunkRange(index, 1));
        int expected = Chunks.lengthBytes(open.description.sizeBytes(), index);
        if (bytes.remaining() != expected) {
            throw new IllegalArgumentException("Disk " + disk + " chunk " + index + ": expected " + expected
                    + " bytes, found " + bytes.remaining());
        }
        PressedChunk chunk = taken(bytes);
        Future<?> pressed = press.press(chunk, id -> known(open, index, id));
        steps.then(
                () -> {
                    await(pressed);
                    store(open, index, chunk);
                },
                () -> press.free(chunk));
        stage = Stage.WRITING;
    }

    private PressedChunk taken(ByteBuffer bytes) {
        try {
            return press.take(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionUnusable(name() + ": interrupted");
        }
    }

    private @Nullable Place known(OpenDisk disk, long index, Digest id) {
        Place same = remembered.get(id);
        if (same == null) {
            same = inParent(disk, index, id);
        }
        return same == null ? disk.donors.find(index, id, quarantined) : same;
    }

    /// A full only saves bytes by its parent, so a damaged node of it is no reason to fail.
    private @Nullable Place inParent(OpenDisk disk, long index, Digest id) {
        if (disk.parent == null) {
            return null;
        }
        try {
            Child old = disk.parent.tree().chunk(index);
            if (old == null
                    || !old.id().equals(id)
                    || quarantined.contains(old.place().pack())) {
                return null;
            }
            return old.place();
        } catch (DamagedException damaged) {
            return null;
        }
    }

    private void store(OpenDisk disk, long index, PressedChunk chunk) {
        if (chunk.isZero()) {
            disk.tree.zero(new ChunkRange(index, 1));
            return;
        }
        Place same = chunk.same() == null ? remembered.get(chunk.id()) : chunk.same();
        if (same == null) {
            same = chunkPacks.add(chunk.entry());
            disk.newBytes += chunk.length();
            disk.storedBytes += chunk.entry().packedLength();
            remembered.put(chunk.id(), same);
        }
        disk.tree.put(index, new Child(chunk.id(), same));
    }

    private void await(Future<?> pressed) {
        try {
            pressed.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionUnusable(name() + ": interrupted");
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RepositoryException known
                    ? known
                    : new IllegalStateException(name(), failed.getCause());
        }
    }

    @Override
    public void putZero(DiskId disk, ChunkRange range) {
        begin(Stage.WRITING);
        OpenDisk open = require(disk, range);
        steps.then(() -> open.tree.zero(range), () -> {});
        stage = Stage.WRITING;
    }

    @Override
    public void keep(DiskId disk, ChunkRange range) {
        begin(Stage.WRITING);
        OpenDisk open = require(disk, range);
        OldDisk old = requireParent(open);
        if (!old.isFree()) {
            throw new ParentMissing("Disk " + disk + ": expected nothing of it in the parent " + request.parent()
                    + " to lie in quarantine, found something");
        }
        steps.then(() -> open.tree.keep(range), () -> {});
        stage = Stage.WRITING;
    }

    @Override
    public boolean isAsInParent(DiskId disk, long index, ByteBuffer bytes) {
        OpenDisk open = require(disk, new ChunkRange(index, 1));
        DiskTree parent = requireParent(open).tree();
        byte[] content = new byte[bytes.remaining()];
        bytes.get(content);
        Child old = parent.chunk(index);
        return old == null
                ? Arrays.equals(content, new byte[content.length])
                : old.id().equals(parts.chunkIds.of(content));
    }

    private OldDisk requireParent(OpenDisk disk) {
        if (disk.parent == null) {
            throw new ParentMissing("Disk " + disk.description.disk() + ": expected the parent " + request.parent()
                    + " to hold it with " + disk.description.sizeBytes() + " bytes, found no such disk");
        }
        return disk.parent;
    }

    @Override
    public void seal(PointDescription sealed) {
        begin(Stage.WRITING);
        steps.await();
        for (OpenDisk disk : disks.values()) {
            var root = disk.tree.write(nodePacks);
            rooted.add(new RootedDisk(new StoredDisk(disk.description, disk.newBytes, disk.storedBytes), root));
        }
        List<WrittenPack> packs = new ArrayList<>(chunkPacks.finish());
        packs.addAll(nodePacks.finish());
        made = PackSums.of(sessions.getFirst(), packs);
        description = sealed;
        stage = Stage.SEALED;
    }

    @Override
    public CommitReceipt commit() {
        begin(Stage.SEALED);
        Optional<Entry> committed = appended();
        while (committed.isEmpty()) {
            proveAgain();
            committed = appended();
        }
        stage = Stage.ENDED;
        sessions.forEach(session -> BlobRepository.close(log(), session));
        Entry entry = committed.get();
        Committed record = (Committed) entry.record();
        return BlobRepository.receipt(new Commit(record, entry.number(), entry.digest()));
    }

    /// Empty if a fence came after the proofs.
    private Optional<Entry> appended() {
        return log().append(view -> {
            long opened = view.session(sessions.getLast()).orElseThrow().number();
            return proofs.hasAny() && view.isFencedAfter(opened) ? Optional.empty() : Optional.of(record(view));
        });
    }

    /// The data has been read and is not kept, so what was collected meanwhile only a new attempt can make good.
    private void proveAgain() {
        SessionId next = BlobRepository.opened(parts, storage, request);
        sessions.add(next);
        if (!proofs.holdAgain()) {
            throw new CollectedMeanwhile(
                    name() + ": expected the packs to be there that it has proved, found one collected");
        }
    }

    private Committed record(LogView view) {
        new WriteRules(request, parts.registry.read().incarnation()).requireMayCommit(view, Set.copyOf(sessions));
        PointDescription sealed = description;
        MadePacks packs = made;
        if (sealed == null || packs == null) {
            throw new SessionUnusable(name() + ": expected it sealed, found it not");
        }
        return new Committed(
                sessions.getLast(),
                request.attempt(),
                parts.signatures.self(),
                request.point(),
                request.tracker(),
                request.parent(),
                sealed,
                storage.decoding(),
                rooted,
                packs.count() == 0 ? List.of() : List.of(packs),
                view.newestCommit().map(Commit::digest).orElse(null));
    }

    /// Counts the session as failed until the step that begins here has ended well.
    private void begin(Stage expected) {
        if (stage != expected) {
            throw new SessionUnusable(name() + ": expected it " + expected + ", found it " + stage);
        }
        stage = Stage.FAILED;
    }

    private OpenDisk require(DiskId disk, ChunkRange range) {
        OpenDisk open = disks.get(disk);
        if (open == null) {
            throw new IllegalArgumentException("Disk " + disk + ": expected one of " + disks.keySet());
        }
        long count = Chunks.count(open.description.sizeBytes());
        if (range.end() > count) {
            throw new IllegalArgumentException(
                    "Disk " + disk + ": expected chunks below " + count + ", found " + range);
        }
        return open;
    }

    @Override
    public void close() {
        boolean isGivenUp = stage != Stage.ENDED;
        stage = isGivenUp ? Stage.FAILED : Stage.ENDED;
        closeQuietly(steps);
        closeQuietly(press);
        closeQuietly(chunkPacks);
        closeQuietly(nodePacks);
        disks.values().forEach(disk -> closeQuietly(disk.tree));
        if (isGivenUp) { // what was uploaded is nobody's
            sessions.forEach(session -> BlobRepository.close(log(), session));
        }
    }

    static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception _) {
            // a temporary file stays behind, until the attempt is closed
        }
    }
}
