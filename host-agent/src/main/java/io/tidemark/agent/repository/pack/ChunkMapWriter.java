package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.schemas.id.RestorePointId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;

/// Fills the chunk map of one disk in a temporary file, in any order, so that memory does not grow with the disk.
public final class ChunkMapWriter implements AutoCloseable {
    private final FolderFiles files;
    private final String name;
    private final long count;
    private final Path temporary;
    private final FileChannel channel;

    public ChunkMapWriter(FolderFiles files, String name, long sizeBytes) {
        this.files = files;
        this.name = name;
        this.count = Chunks.count(sizeBytes);
        this.temporary = files.createTemporary();
        this.channel = files.openTemporary(temporary);
    }

    public void put(long index, ChunkEntry entry) {
        fill(new ChunkRange(index, 1), entry);
    }

    /// Gives all chunks of the range the same entry.
    public void fill(ChunkRange range, ChunkEntry entry) {
        for (long first = range.first(); first < range.end(); first += ChunkMap.BATCH_ENTRIES) {
            int entries = (int) Math.min(ChunkMap.BATCH_ENTRIES, range.end() - first);
            ByteBuffer batch = ByteBuffer.allocate(entries * ChunkEntry.LENGTH_BYTES);
            for (long index = first; index < first + entries; index++) {
                entry.encode(index, batch);
            }
            files.write(channel, batch.flip(), first * ChunkEntry.LENGTH_BYTES);
        }
    }

    /// Takes the entries of the range over from another map of the same disk.
    public void copy(ChunkRange range, ChunkMap from) {
        from.forEachBatch(range, (first, batch) -> files.write(channel, batch, first * ChunkEntry.LENGTH_BYTES));
    }

    /// Publishes the map, adds the packs that it reaches to `packs`, and returns its digest. Every chunk must be
    /// set.
    public Digest seal(Set<RestorePointId> packs) {
        try {
            requireWhole();
            Digest digest = ChunkMap.digest(channel);
            if (!files.publish(temporary, channel, name)) {
                throw new SessionUnusable(name + ": expected a new point, found its map already there");
            }
            try (ChunkMap map = ChunkMap.open(files, name, digest, count * Chunks.SIZE_BYTES)) {
                map.forEachBatch(new ChunkRange(0, count), (_, batch) -> ChunkEntry.addPacks(batch, packs));
            }
            return digest;
        } catch (IOException e) {
            throw files.typed(name, e);
        }
    }

    private void requireWhole() throws IOException {
        for (long first = 0; first < count; first += ChunkMap.BATCH_ENTRIES) {
            int entries = (int) Math.min(ChunkMap.BATCH_ENTRIES, count - first);
            ByteBuffer batch = ByteBuffer.allocate(entries * ChunkEntry.LENGTH_BYTES);
            long at = first * ChunkEntry.LENGTH_BYTES;
            for (int got = 0; got >= 0 && batch.hasRemaining(); ) {
                got = channel.read(batch, at + batch.position());
            }
            int unset = ChunkEntry.firstUnset(batch.array());
            if (unset >= 0) {
                throw new SessionUnusable(name + ": expected all " + count
                        + " chunks put, zeroed or kept, found none of it for " + (first + unset));
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw files.typed(name, e);
        }
        files.deleteIfPresent(temporary);
    }
}
