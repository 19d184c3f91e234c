package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.agent.repository.blob.TemporaryFile;
import io.tidemark.agent.repository.blob.WriteBehind;
import io.tidemark.schemas.id.RestorePointId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Writes the pack of one write session:
///
/// ```
/// 8   magic "TDMKPCK0"
/// n   chunks, each raw or one zstd frame
/// 48m directory: a chunk's offset (8), stored length (4), kind (4), SHA-256 of the chunk (32)
/// 48  offset of the directory (8), count of entries (8), SHA-256 of the directory (32)
/// ```
///
/// A session without a chunk has no pack. Fields that are not final follow the growth of the file.
public final class PackWriter implements AutoCloseable {
    private static final byte[] MAGIC = "TDMKPCK0".getBytes(StandardCharsets.US_ASCII);
    private static final int DIRECTORY_ENTRY_BYTES = 48;
    /// What is gathered before it is written: chunks, and entries of the directory.
    private static final int CHUNKS_GATHERED_BYTES = 1 << 20;
    private static final int ENTRIES_GATHERED_BYTES = 1024 * DIRECTORY_ENTRY_BYTES;

    private final FolderFiles files;
    private final String name;
    private final RestorePointId point;
    private final ByteBuffer directory = ByteBuffer.allocate(ENTRIES_GATHERED_BYTES);
    private @Nullable PackFile file;
    private @Nullable TemporaryFile directoryFile;
    private long directoryBytes;
    private long count;

    public PackWriter(FolderFiles files, String name, RestorePointId point) {
        this.files = files;
        this.name = name;
        this.point = point;
    }

    /// The file of the pack and its growing end.
    private static final class PackFile implements AutoCloseable {
        private final FolderFiles files;
        private final TemporaryFile temporary;
        private final WriteBehind behind;
        private final ByteBuffer gathered = ByteBuffer.allocateDirect(CHUNKS_GATHERED_BYTES);
        private long writtenBytes;

        private PackFile(FolderFiles files, TemporaryFile temporary, String name) {
            this.files = files;
            this.temporary = temporary;
            this.behind = new WriteBehind(files, temporary, name);
        }

        private long end() {
            return writtenBytes + gathered.position();
        }

        /// Parts are much smaller than what is gathered.
        private void append(byte[] bytes, int length) {
            if (length > gathered.remaining()) {
                write();
            }
            gathered.put(bytes, 0, length);
        }

        private void write() {
            int length = gathered.flip().remaining();
            files.write(temporary, gathered, writtenBytes);
            gathered.clear();
            writtenBytes += length;
            behind.written(length);
        }

        @Override
        public void close() {
            try {
                behind.close();
            } finally {
                temporary.close();
            }
        }
    }

    /// Appends a chunk that the repository does not hold yet.
    public ChunkEntry add(PressedChunk chunk) {
        PackFile out = opened();
        ChunkEntry entry = new ChunkEntry(chunk.kind(), chunk.storedLength(), out.end(), point, chunk.id());
        out.append(chunk.stored(), chunk.storedLength());
        if (!directory.hasRemaining()) {
            spill();
        }
        directory
                .putLong(entry.offset())
                .putInt(entry.storedLength())
                .putInt(entry.kind().code());
        entry.id().write(directory);
        count++;
        return entry;
    }

    private PackFile opened() {
        PackFile known = file;
        if (known == null) {
            known = new PackFile(files, files.createTemporary(point.toString()), name);
            file = known;
            known.append(MAGIC, MAGIC.length);
        }
        return known;
    }

    private void spill() {
        TemporaryFile spilled = directoryFile;
        if (spilled == null) {
            spilled = files.createTemporary(point.toString());
            directoryFile = spilled;
        }
        int length = directory.flip().remaining();
        files.write(spilled, directory, directoryBytes);
        directory.clear();
        directoryBytes += length;
    }

    /// Adds the directory, syncs the pack and gives it its name; false if there is no chunk and so no pack. The
    /// folder is left to the caller to sync.
    public boolean seal() {
        PackFile out = file;
        if (out == null) {
            return false;
        }
        long start = out.end();
        MessageDigest sha = Digest.sha256();
        if (directoryFile != null) {
            appendSpilled(out, directoryFile, sha);
        }
        appendEntries(out, directory.array(), directory.position(), sha);
        ByteBuffer footer = ByteBuffer.allocate(DIRECTORY_ENTRY_BYTES);
        out.append(footer.putLong(start).putLong(count).put(sha.digest()).array(), DIRECTORY_ENTRY_BYTES);
        out.write();
        out.behind.await();
        if (!files.link(out.temporary, name)) {
            throw new SessionUnusable(name + ": expected a new point, found its pack already there");
        }
        return true;
    }

    private void appendSpilled(PackFile out, TemporaryFile spilled, MessageDigest sha) {
        ByteBuffer batch = ByteBuffer.allocate(ENTRIES_GATHERED_BYTES);
        for (long at = 0; at < directoryBytes; at += ENTRIES_GATHERED_BYTES) {
            try {
                ChunkMap.readFully(spilled.channel(), batch.clear(), at);
            } catch (IOException e) {
                throw files.typed(name, e);
            }
            appendEntries(out, batch.array(), batch.position(), sha);
        }
    }

    private static void appendEntries(PackFile out, byte[] entries, int length, MessageDigest sha) {
        sha.update(entries, 0, length);
        out.append(entries, length);
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } finally {
            if (directoryFile != null) {
                directoryFile.close();
            }
        }
    }
}
