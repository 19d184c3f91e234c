package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.ParentMissing;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.agent.repository.log.LogRecord.MappedDisk;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.pack.ChunkEntry;
import io.tidemark.agent.repository.pack.ChunkMap;
import io.tidemark.agent.repository.pack.ChunkMapWriter;
import io.tidemark.agent.repository.pack.ChunkPress;
import io.tidemark.agent.repository.pack.PackWriter;
import io.tidemark.agent.repository.pack.PressedChunk;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The write session of a folder: one pack and one map a disk in temporary files, published by the seal. Chunks are
/// hashed, compressed and written by other threads, so that an error of one may come with a later call. What is
/// said of chunks takes effect in the order in which it is said.
final class FolderWriteSession implements WriteSession {
    /// Chunks of this session that are remembered for deduplication; a forgotten one costs bytes only.
    private static final int REMEMBERED_CHUNKS_MAX = 1 << 16;

    private final FolderRepository repository;
    private final FolderFiles files;
    private final WriteRequest request;
    private final PackWriter pack;
    private final Map<DiskId, OpenDisk> disks = new LinkedHashMap<>();
    private final ChunkPress press = new ChunkPress();
    private final OrderedSteps steps;
    private final Map<Digest, ChunkEntry> remembered = new ConcurrentHashMap<>();
    private final Deque<Digest> rememberedFirst = new ArrayDeque<>();
    private final List<MappedDisk> mapped = new ArrayList<>();
    private final Set<RestorePointId> packs = new LinkedHashSet<>();
    // not final: they follow the life of the session
    private Stage stage = Stage.WRITING;
    private @Nullable PointDescription description;

    private enum Stage {
        WRITING,
        SEALED,
        ENDED,
        FAILED
    }

    private static final class OpenDisk {
        private final DiskDescription description;
        private final ChunkMapWriter map;
        private @Nullable ChunkMap parent;
        private long newBytes;
        private long storedBytes;

        private OpenDisk(DiskDescription description, ChunkMapWriter map) {
            this.description = description;
            this.map = map;
        }
    }

    FolderWriteSession(FolderRepository repository, FolderFiles files, WriteRequest request) {
        this.repository = repository;
        this.files = files;
        this.request = request;
        this.steps = new OrderedSteps(name());
        this.pack = new PackWriter(files, FolderLayout.pack(request.vm(), request.point()), request.point());
        try {
            open();
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private void open() {
        VmId vm = request.vm();
        Commit parent = Optional.ofNullable(request.parent())
                .flatMap(point -> repository.log(vm).read().remaining(point))
                .orElse(null);
        for (DiskDescription disk : request.disks()) {
            String name = FolderLayout.map(vm, request.point(), disk.disk());
            var opened = new OpenDisk(disk, new ChunkMapWriter(files, name, request.point(), disk.sizeBytes()));
            disks.put(disk.disk(), opened);
            opened.parent = parent == null ? null : parentMap(files, vm, parent.record(), disk);
        }
    }

    private static @Nullable ChunkMap parentMap(FolderFiles files, VmId vm, Committed parent, DiskDescription disk) {
        for (MappedDisk each : parent.disks()) {
            DiskDescription old = each.disk().description();
            if (old.disk().equals(disk.disk()) && old.sizeBytes() == disk.sizeBytes()) {
                return opened(files, FolderLayout.map(vm, parent.point(), disk.disk()), each.map(), disk);
            }
        }
        return null;
    }

    /// A full only saves bytes by its parent, so it goes on without one that is damaged.
    private static @Nullable ChunkMap opened(FolderFiles files, String name, Digest digest, DiskDescription disk) {
        try {
            return ChunkMap.open(files, name, digest, disk.sizeBytes());
        } catch (DamagedException damaged) {
            if (disk.level() == Level.FULL) {
                return null;
            }
            throw damaged;
        }
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
                    open.map.put(index, stored(open, chunk));
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

    private @Nullable ChunkEntry known(OpenDisk disk, long index, Digest id) {
        ChunkEntry same = remembered.get(id);
        return same == null ? inParent(disk, index, id) : same;
    }

    private ChunkEntry stored(OpenDisk disk, PressedChunk chunk) {
        ChunkEntry same = chunk.same() == null ? remembered.get(chunk.id()) : chunk.same();
        if (same != null) {
            return same;
        }
        ChunkEntry entry = pack.add(chunk);
        disk.newBytes += chunk.length();
        disk.storedBytes += entry.storedLength();
        remember(entry);
        return entry;
    }

    private void remember(ChunkEntry entry) {
        if (rememberedFirst.size() >= REMEMBERED_CHUNKS_MAX) {
            remembered.remove(rememberedFirst.remove());
        }
        remembered.put(entry.id(), entry);
        rememberedFirst.add(entry.id());
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

    private String name() {
        return "Write session of point " + request.point();
    }

    private static @Nullable ChunkEntry inParent(OpenDisk disk, long index, Digest id) {
        List<ChunkEntry> found = new ArrayList<>();
        ChunkMap parent = disk.parent;
        if (parent != null) {
            parent.forEach(new ChunkRange(index, 1), (_, entry) -> found.add(entry));
        }
        return found.stream().filter(entry -> entry.id().equals(id)).findFirst().orElse(null);
    }

    @Override
    public void putZero(DiskId disk, ChunkRange range) {
        begin(Stage.WRITING);
        OpenDisk open = require(disk, range);
        steps.then(() -> open.map.fill(range, ChunkEntry.ZERO), () -> {});
        stage = Stage.WRITING;
    }

    @Override
    public void keep(DiskId disk, ChunkRange range) {
        begin(Stage.WRITING);
        OpenDisk open = require(disk, range);
        ChunkMap parent = open.parent;
        if (parent == null) {
            throw new ParentMissing("Disk " + disk + ": expected the parent " + request.parent() + " to hold it with "
                    + open.description.sizeBytes() + " bytes, found no such disk");
        }
        steps.then(() -> open.map.copy(range, parent), () -> {});
        stage = Stage.WRITING;
    }

    @Override
    public void seal(PointDescription sealed) {
        begin(Stage.WRITING);
        steps.await();
        if (pack.seal()) {
            files.syncFolder(FolderLayout.packs(request.vm()));
            packs.add(request.point());
        }
        for (OpenDisk disk : disks.values()) {
            Digest digest = disk.map.seal(packs);
            mapped.add(new MappedDisk(new StoredDisk(disk.description, disk.newBytes, disk.storedBytes), digest));
        }
        files.syncFolder(FolderLayout.maps(request.vm()));
        description = sealed;
        stage = Stage.SEALED;
    }

    @Override
    public CommitReceipt commit() {
        begin(Stage.SEALED);
        if (description == null) {
            throw new SessionUnusable(name() + ": expected a description, found none");
        }
        Committed record = new Committed(
                request.attempt(),
                request.point(),
                request.tracker(),
                request.parent(),
                description,
                mapped,
                List.copyOf(packs));
        Digest digest = repository
                .log(request.vm())
                .append(view -> {
                    repository.requireWritable(view, request);
                    return Optional.of(record);
                })
                .orElseThrow();
        stage = Stage.ENDED;
        return new CommitReceipt(
                request.point(), digest, mapped.stream().map(MappedDisk::disk).toList());
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
        if (stage != Stage.ENDED) {
            stage = Stage.FAILED;
        }
        closeQuietly(steps);
        closeQuietly(press);
        closeQuietly(pack);
        for (OpenDisk disk : disks.values()) {
            closeQuietly(disk.map);
            if (disk.parent != null) {
                closeQuietly(disk.parent);
            }
        }
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception _) {
            // a temporary file stays behind, until the attempt is closed
        }
    }
}
