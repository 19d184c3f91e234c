package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.agent.repository.blob.TemporaryFile;
import io.tidemark.agent.repository.pack.ChunkEntry.EntryChecksum;
import io.tidemark.schemas.id.RestorePointId;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Set;

/// Fills the chunk map of one disk in a temporary file, in any order, so that memory does not grow with the disk.
/// Entries of chunks in a row are gathered before they are written.
public final class ChunkMapWriter implements AutoCloseable {
    private static final int GATHERED_ENTRIES = 512;

    private final FolderFiles files;
    private final String name;
    private final long count;
    private final TemporaryFile temporary;
    private final EntryChecksum checksum = new EntryChecksum();
    private final ByteBuffer gathered = ByteBuffer.allocate(GATHERED_ENTRIES * ChunkEntry.LENGTH_BYTES);
    /// Not final: the chunk whose entry comes next into the gathered ones.
    private long next;

    public ChunkMapWriter(FolderFiles files, String name, RestorePointId point, long sizeBytes) {
        this.files = files;
        this.name = name;
        this.count = Chunks.count(sizeBytes);
        this.temporary = files.createTemporary(point.toString());
    }

    public void put(long index, ChunkEntry entry) {
        if (index != next || !gathered.hasRemaining()) {
            write();
        }
        entry.encode(index, gathered, checksum);
        next = index + 1;
    }

    /// Gives all chunks of the range the same entry.
    public void fill(ChunkRange range, ChunkEntry entry) {
        for (long index = range.first(); index < range.end(); index++) {
            put(index, entry);
        }
    }

    /// Takes the entries of the range over from another map of the same disk.
    public void copy(ChunkRange range, ChunkMap from) {
        write();
        from.forEachBatch(range, (first, batch) -> files.write(temporary, batch, first * ChunkEntry.LENGTH_BYTES));
    }

    private void write() {
        long first = next - gathered.position() / ChunkEntry.LENGTH_BYTES;
        if (gathered.flip().hasRemaining()) {
            files.write(temporary, gathered, first * ChunkEntry.LENGTH_BYTES);
        }
        gathered.clear();
    }

    /// Checks that every chunk is set, syncs the map and gives it its name, adds the packs that it reaches to
    /// `packs`, and returns its digest. The folder is left to the caller to sync.
    public Digest seal(Set<RestorePointId> packs) {
        write();
        Digest digest = checked(packs);
        if (!files.link(temporary, name)) {
            throw new SessionUnusable(name + ": expected a new point, found its map already there");
        }
        return digest;
    }

    /// Reads the whole map once, as it was written.
    private Digest checked(Set<RestorePointId> packs) {
        MessageDigest sha = Digest.sha256();
        ByteBuffer batch = ByteBuffer.allocate((int) Math.min(ChunkMap.BATCH_ENTRIES, count) * ChunkEntry.LENGTH_BYTES);
        for (long first = 0; first < count; first += ChunkMap.BATCH_ENTRIES) {
            int entries = (int) Math.min(ChunkMap.BATCH_ENTRIES, count - first);
            read(first, batch.clear().limit(entries * ChunkEntry.LENGTH_BYTES));
            ChunkEntry.check(name, first, batch.flip());
            ChunkEntry.addPacks(batch, packs);
            sha.update(batch);
        }
        return Digest.ofBytes(sha.digest());
    }

    private void read(long first, ByteBuffer batch) {
        try {
            ChunkMap.readFully(temporary.channel(), batch, first * ChunkEntry.LENGTH_BYTES);
        } catch (EOFException _) {
            batch.put(new byte[batch.remaining()]); // what lies beyond the file's end was never set
        } catch (IOException e) {
            throw files.typed(name, e);
        }
        requireSet(first, batch.duplicate().flip());
    }

    private void requireSet(long first, ByteBuffer entries) {
        int unset = ChunkEntry.firstUnset(entries);
        if (unset >= 0) {
            throw new SessionUnusable(name + ": expected all " + count
                    + " chunks put, zeroed or kept, found none of it for " + (first + unset));
        }
    }

    @Override
    public void close() {
        temporary.close();
    }
}
