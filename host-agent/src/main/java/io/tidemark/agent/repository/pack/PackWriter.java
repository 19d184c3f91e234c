package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.schemas.id.RestorePointId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;

/// Writes the pack of one write session:
///
/// ```
/// 8   magic "TDMKPCK0"
/// n   chunks, each raw or one zstd frame
/// 48m directory: a chunk's offset (8), stored length (4), kind (4), SHA-256 of the chunk (32)
/// 48  offset of the directory (8), count of entries (8), SHA-256 of the directory (32)
/// ```
public final class PackWriter implements AutoCloseable {
    private static final byte[] MAGIC = "TDMKPCK0".getBytes(StandardCharsets.US_ASCII);
    private static final int DIRECTORY_ENTRY_BYTES = 48;
    private static final int COPY_BYTES = 1 << 16;

    private final FolderFiles files;
    private final String name;
    private final RestorePointId point;
    private final Path temporary;
    private final FileChannel channel;
    private final Path directoryFile;
    private final FileChannel directory;
    private long end;
    private long count;

    public PackWriter(FolderFiles files, String name, RestorePointId point) {
        this.files = files;
        this.name = name;
        this.point = point;
        this.temporary = files.createTemporary();
        this.channel = files.openTemporary(temporary);
        this.directoryFile = files.createTemporary();
        this.directory = files.openTemporary(directoryFile);
        append(ByteBuffer.wrap(MAGIC));
    }

    /// Appends a chunk that the repository does not hold yet.
    public ChunkEntry add(ChunkPress.Pressed chunk) {
        byte[] stored = chunk.stored();
        ChunkEntry entry = new ChunkEntry(chunk.kind(), stored.length, end, point, chunk.id());
        ByteBuffer line = ByteBuffer.allocate(DIRECTORY_ENTRY_BYTES);
        line.putLong(end).putInt(stored.length).putInt(chunk.kind().code()).put(chunk.id().bytes()).flip();
        files.write(directory, line, count * DIRECTORY_ENTRY_BYTES);
        append(ByteBuffer.wrap(stored));
        count++;
        return entry;
    }

    /// Adds the directory and publishes the pack.
    public void seal() {
        try {
            long start = end;
            MessageDigest sha = Digest.sha256();
            ByteBuffer batch = ByteBuffer.allocate(COPY_BYTES);
            long position = 0;
            for (int got = directory.read(batch, position); got > 0; got = directory.read(batch.clear(), position)) {
                position += got;
                sha.update(batch.flip().duplicate());
                append(batch);
            }
            ByteBuffer footer = ByteBuffer.allocate(DIRECTORY_ENTRY_BYTES);
            append(footer.putLong(start).putLong(count).put(sha.digest()).flip());
            if (!files.publish(temporary, channel, name)) {
                throw new SessionUnusable(name + ": expected a new point, found its pack already there");
            }
        } catch (IOException e) {
            throw files.typed(name, e);
        }
    }

    private void append(ByteBuffer bytes) {
        int length = bytes.remaining();
        files.write(channel, bytes, end);
        end += length;
    }

    @Override
    public void close() {
        try {
            channel.close();
            directory.close();
        } catch (IOException e) {
            throw files.typed(name, e);
        }
        files.deleteIfPresent(temporary);
        files.deleteIfPresent(directoryFile);
    }
}
