package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.RecoveryKey;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.pack.ChunkFetch;
import io.tidemark.agent.repository.pack.PackDirectory;
import io.tidemark.agent.repository.pack.PackKind;
import io.tidemark.agent.repository.pack.PackNames;
import io.tidemark.agent.repository.pack.PackStream;
import io.tidemark.agent.repository.pack.StoredEntry;
import io.tidemark.agent.repository.tree.DiskTree;
import io.tidemark.agent.repository.tree.Reach;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A repository with some points of two VMs, whose objects can be damaged.
final class VerifiedPoints {
    /// Who verifies what.
    enum Access {
        /// Anybody, a repository without protection.
        CLEAR,
        /// Somebody without a key, one with protection.
        LOCKED,
        /// Somebody with its key.
        KEYED
    }

    private static final int POINTS = 5;

    private final MemoryBlobs blobs = new MemoryBlobs();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
    private final Random random = new Random(3);
    private final Access access;
    private final Path folder;
    private final Credential key;
    private final List<StressPoint> points = new ArrayList<>();

    /// @param folder for a key file and temporary files
    VerifiedPoints(Access access, Path folder) {
        this.access = access;
        this.folder = folder;
        this.key = Credential.createKeyFile(folder.resolve("key-" + UUID.randomUUID()));
        if (access == Access.CLEAR) {
            writing().create();
        } else {
            writing().createProtected(key, RecoveryKey.create().publicHalf());
        }
        StressPoint parent = null;
        for (int number = 1; number <= POINTS; number++) {
            parent = write(TestPoints.VM, number, parent, Level.INCREMENTAL);
        }
        write(new VmId(new UUID(1, 2)), POINTS + 1, null, Level.FULL);
    }

    StressPoint write(VmId vm, long number, @Nullable StressPoint parent, Level level) {
        PointKey name = new PointKey(vm, new RestorePointId(new UUID(3, number)));
        StressPoint point = StressPoint.drawn(random, name, new Attempt(1, number), parent);
        try (WriteSession session = writing().openWrite(point.request(level))) {
            point.write(session, level);
            session.commit();
        }
        points.add(point);
        return point;
    }

    /// A new process.
    BlobRepository opened() {
        return opened(access);
    }

    BlobRepository opened(Access as) {
        Optional<Credential> credential = as == Access.KEYED ? Optional.of(key) : Optional.empty();
        return TestRepositories.over(blobs, folder, now::get, credential);
    }

    BlobRepository writing() {
        return opened(access == Access.LOCKED ? Access.KEYED : access);
    }

    Instant now() {
        return now.get();
    }

    void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    List<StressPoint> all() {
        return points;
    }

    StressPoint point(PointKey name) {
        return points.stream().filter(each -> each.key.equals(name)).findFirst().orElseThrow();
    }

    List<String> packs() {
        return names("packs/");
    }

    List<String> names(String... prefixes) {
        return blobs.objects.keySet().stream()
                .filter(name -> Arrays.stream(prefixes).anyMatch(name::startsWith))
                .toList();
    }

    byte[] content(String name) {
        return Objects.requireNonNull(blobs.objects.get(name));
    }

    void put(String name, byte[] content) {
        blobs.objects.put(name, content);
    }

    void lose(String name) {
        blobs.objects.remove(name);
    }

    void flip(String name, int at, int bit) {
        byte[] bad = content(name).clone();
        bad[at] ^= (byte) (1 << bit);
        put(name, bad);
    }

    /// The pack that an object's name stands for.
    String id(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /// The newest record of each log.
    Set<String> lastRecords() {
        Map<String, String> last = new HashMap<>();
        names("vms/").forEach(name -> last.put(name.substring(0, name.lastIndexOf('/')), name));
        return new TreeSet<>(last.values());
    }

    /// Those that cannot be read whole, by whoever has the key.
    Set<StressPoint> unreadable() {
        return points.stream().filter(point -> !isReadable(point)).collect(Collectors.toSet());
    }

    private boolean isReadable(StressPoint point) {
        try {
            if (!point.isSame(disk(point).read(0, StressPoint.SIZE_BYTES))) {
                throw new AssertionError("wrong bytes of " + point);
            }
            return true;
        } catch (RepositoryException damaged) {
            return false;
        }
    }

    /// Without a session, so that a look changes nothing.
    private DiskReader disk(StressPoint point) {
        Parts parts = writing().parts();
        DiskTree tree = DiskTree.open(parts.nodes, root(parts, point), StressPoint.SIZE_BYTES);
        return new TreeDiskReader("disk", tree, new ChunkFetch(parts.packs, parts.chunkIds), () -> {});
    }

    private static DiskRoot root(Parts parts, StressPoint point) {
        Commit commit =
                parts.log(point.key.vm()).read().commit(point.key.point()).orElseThrow();
        return commit.record().disks().getFirst().root();
    }

    /// Found by reading each chunk by itself.
    List<ChunkRange> unreadableChunks(PointKey point) {
        List<ChunkRange> bad = new ArrayList<>();
        for (long index = 0; index < Chunks.count(StressPoint.SIZE_BYTES); index++) {
            if (!isReadable(point, index)) {
                boolean isNext = !bad.isEmpty() && bad.getLast().end() == index;
                long first = isNext ? bad.removeLast().first() : index;
                bad.add(new ChunkRange(first, index + 1 - first));
            }
        }
        return bad;
    }

    private boolean isReadable(PointKey point, long index) {
        try {
            int length = Chunks.lengthBytes(StressPoint.SIZE_BYTES, index);
            byte[] _ = disk(point(point)).read(index * Chunks.SIZE_BYTES, length);
            return true;
        } catch (RepositoryException damaged) {
            return false;
        }
    }

    /// The names of the packs that a point reaches.
    Set<String> packs(StressPoint point) {
        Parts parts = opened(Access.LOCKED).parts();
        Reach reach = new Reach(parts.nodes);
        reach.add(root(parts, point), StressPoint.SIZE_BYTES);
        return reach.packs().stream()
                .map(pack -> PackNames.of(pack).text())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The pack of nodes that the first point has made.
    String firstNodes() {
        return packs(points.getFirst()).stream()
                .filter(name -> name.endsWith("-1"))
                .findFirst()
                .orElseThrow();
    }

    /// Makes a pack of other nodes, as whole as the one that it replaces.
    void rewriteNodes(String name, UnaryOperator<byte[]> change) {
        Parts parts = opened().parts();
        PackId pack = PackId.of(id(name));
        MemoryBlobs other = new MemoryBlobs();
        var owner = new PackStream.Owner(parts.id, pack.session(), pack::number);
        try (PackStream out = new PackStream(other, owner, PackKind.NODES, RepositoryKeys.none())) {
            PackDirectory directory = parts.packs.directory(pack);
            for (int entry = 0; entry < directory.count(); entry++) {
                Digest id = Objects.requireNonNull(directory.entry(entry)).id();
                byte[] node = parts.packs.readNode(new Place(pack, entry), id);
                out.add(StoredEntry.raw(id, change.apply(node)));
            }
            out.finish();
        }
        put(name, other.objects.firstEntry().getValue());
    }
}
