package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.ParentMissing;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.agent.repository.log.LogRecord.MappedDisk;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.pack.ChunkEntry;
import io.tidemark.agent.repository.pack.ChunkMap;
import io.tidemark.agent.repository.pack.ChunkMapWriter;
import io.tidemark.agent.repository.pack.PackWriter;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The write session of a folder: one pack and one map a disk in temporary files, published by the seal.
final class FolderWriteSession implements WriteSession {
    /// Chunks of this session that are remembered for deduplication; a forgotten one costs bytes only.
    private static final int REMEMBERED_CHUNKS_MAX = 1 << 16;

    private final FolderRepository repository;
    private final WriteRequest request;
    private final PackWriter pack;
    private final Map<DiskId, OpenDisk> disks = new LinkedHashMap<>();
    private final Map<Digest, ChunkEntry> remembered = new LinkedHashMap<>();
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
        private final @Nullable ChunkMap parent;
        private long newBytes;
        private long storedBytes;

        private OpenDisk(DiskDescription description, ChunkMapWriter map, @Nullable ChunkMap parent) {
            this.description = description;
            this.map = map;
            this.parent = parent;
        }
    }

    FolderWriteSession(FolderRepository repository, FolderFiles files, WriteRequest request) {
        this.repository = repository;
        this.request = request;
        VmId vm = request.vm();
        Commit parent = Optional.ofNullable(request.parent())
                .flatMap(point -> repository.log(vm).read().remaining(point))
                .orElse(null);
        this.pack = new PackWriter(files, FolderLayout.pack(vm, request.point()), request.point());
        for (DiskDescription disk : request.disks()) {
            ChunkMap parentMap = parent == null ? null : parentMap(files, vm, parent.record(), disk);
            String name = FolderLayout.map(vm, request.point(), disk.disk());
            disks.put(disk.disk(), new OpenDisk(disk, new ChunkMapWriter(files, name, disk.sizeBytes()), parentMap));
        }
    }

    private static @Nullable ChunkMap parentMap(
            FolderFiles files, VmId vm, Committed parent, DiskDescription disk) {
        for (MappedDisk each : parent.disks()) {
            DiskDescription old = each.disk().description();
            if (old.disk().equals(disk.disk()) && old.sizeBytes() == disk.sizeBytes()) {
                String name = FolderLayout.map(vm, parent.point(), disk.disk());
                return ChunkMap.open(files, name, each.map(), disk.sizeBytes());
            }
        }
        return null;
    }

    @Override
    public void putChunk(DiskId disk, long index, byte[] bytes) {
        begin(Stage.WRITING);
        OpenDisk open = require(disk, new ChunkRange(index, 1));
        int expected = Chunks.lengthBytes(open.description.sizeBytes(), index);
        if (bytes.length != expected) {
            throw new IllegalArgumentException("Disk " + disk + " chunk " + index + ": expected " + expected
                    + " bytes, found " + bytes.length);
        }
        open.map.put(index, isZero(bytes) ? ChunkEntry.ZERO : store(open, index, bytes));
        stage = Stage.WRITING;
    }

    private ChunkEntry store(OpenDisk disk, long index, byte[] bytes) {
        Digest id = Digest.of(bytes);
        ChunkEntry same = remembered.get(id);
        if (same == null) {
            same = inParent(disk, index, id);
        }
        if (same != null) {
            return same;
        }
        ChunkEntry entry = pack.add(id, bytes);
        disk.newBytes += bytes.length;
        disk.storedBytes += entry.storedLength();
        if (remembered.size() >= REMEMBERED_CHUNKS_MAX) {
            remembered.remove(remembered.keySet().iterator().next());
        }
        remembered.put(id, entry);
        return entry;
    }

    private static @Nullable ChunkEntry inParent(OpenDisk disk, long index, Digest id) {
        List<ChunkEntry> found = new ArrayList<>();
        if (disk.parent != null) {
            disk.parent.forEach(new ChunkRange(index, 1), (_, entry) -> found.add(entry));
        }
        return found.stream().filter(entry -> entry.id().equals(id)).findFirst().orElse(null);
    }

    private static boolean isZero(byte[] bytes) {
        return bytes[0] == 0 && Arrays.equals(bytes, 0, bytes.length - 1, bytes, 1, bytes.length);
    }

    @Override
    public void putZero(DiskId disk, ChunkRange range) {
        begin(Stage.WRITING);
        require(disk, range).map.fill(range, ChunkEntry.ZERO);
        stage = Stage.WRITING;
    }

    @Override
    public void keep(DiskId disk, ChunkRange range) {
        begin(Stage.WRITING);
        OpenDisk open = require(disk, range);
        if (open.parent == null) {
            throw new ParentMissing("Disk " + disk + ": expected the parent " + request.parent()
                    + " to hold it with " + open.description.sizeBytes() + " bytes, found no such disk");
        }
        open.parent.forEach(range, open.map::put);
        stage = Stage.WRITING;
    }

    @Override
    public void seal(PointDescription sealed) {
        begin(Stage.WRITING);
        pack.seal();
        for (OpenDisk disk : disks.values()) {
            Digest digest = disk.map.seal(packs);
            mapped.add(new MappedDisk(new StoredDisk(disk.description, disk.newBytes, disk.storedBytes), digest));
        }
        packs.add(request.point());
        description = sealed;
        stage = Stage.SEALED;
    }

    @Override
    public CommitReceipt commit() {
        begin(Stage.SEALED);
        if (description == null) {
            throw new SessionUnusable("Write session of " + request.point() + ": expected a description, found none");
        }
        Committed record = new Committed(
                request.attempt(),
                request.point(),
                request.tracker(),
                request.parent(),
                description,
                mapped,
                List.copyOf(packs));
        Digest digest = repository.log(request.vm())
                .append(view -> {
                    repository.requireWritable(view, request);
                    return Optional.of(record);
                })
                .orElseThrow();
        stage = Stage.ENDED;
        return new CommitReceipt(request.point(), digest, mapped.stream().map(MappedDisk::disk).toList());
    }

    /// Counts the session as failed until the step that begins here has ended well.
    private void begin(Stage expected) {
        if (stage != expected) {
            throw new SessionUnusable("Write session of point " + request.point() + ": expected it " + expected
                    + ", found it " + stage);
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
            // a temporary file stays behind; it is named by nothing
        }
    }
}
