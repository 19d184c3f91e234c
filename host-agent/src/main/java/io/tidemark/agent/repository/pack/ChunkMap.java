package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.blob.FolderFiles;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.function.BiConsumer;

/// The chunk map of one disk of one point, open for reading: an array of {@link ChunkEntry}, one a chunk. Its
/// digest is checked as a whole when it is opened and each entry again when it is read.
public final class ChunkMap implements AutoCloseable {
    static final int BATCH_ENTRIES = 4096;

    private final FolderFiles files;
    private final String name;
    private final FileChannel channel;
    private final long count;

    private ChunkMap(FolderFiles files, String name, FileChannel channel, long count) {
        this.files = files;
        this.name = name;
        this.channel = channel;
        this.count = count;
    }

    public static ChunkMap open(FolderFiles files, String name, Digest expected, long sizeBytes) {
        try {
            FileChannel channel = FileChannel.open(files.path(name), StandardOpenOption.READ);
            try {
                require(name, expected, digest(channel));
                return new ChunkMap(files, name, channel, Chunks.count(sizeBytes));
            } catch (IOException | RuntimeException failed) {
                channel.close();
                throw failed;
            }
        } catch (NoSuchFileException _) {
            throw new DamagedException(name, "a chunk map", "no file");
        } catch (IOException e) {
            throw files.typed(name, e);
        }
    }

    private static void require(String name, Digest expected, Digest found) {
        if (!found.equals(expected)) {
            throw new DamagedException(name, expected.hex(), found.hex());
        }
    }

    private static Digest digest(FileChannel channel) throws IOException {
        MessageDigest sha = Digest.sha256();
        ByteBuffer batch = ByteBuffer.allocate(BATCH_ENTRIES * ChunkEntry.LENGTH_BYTES);
        long position = 0;
        for (int got = channel.read(batch, position); got > 0; got = channel.read(batch, position)) {
            position += got;
            sha.update(batch.flip());
            batch.clear();
        }
        return Digest.ofBytes(sha.digest());
    }

    public long count() {
        return count;
    }

    /// Hands each entry of the range to `user` with its chunk's index.
    public void forEach(ChunkRange range, BiConsumer<Long, ChunkEntry> user) {
        forEachBatch(range, (first, batch) -> {
            for (long index = first; batch.hasRemaining(); index++) {
                user.accept(index, ChunkEntry.decode(batch));
            }
        });
    }

    /// Hands the range's entries to `user` as checked bytes, some at a time, with the index of the first.
    void forEachBatch(ChunkRange range, BiConsumer<Long, ByteBuffer> user) {
        for (long first = range.first(); first < range.end(); first += BATCH_ENTRIES) {
            int entries = (int) Math.min(BATCH_ENTRIES, range.end() - first);
            ByteBuffer batch = ByteBuffer.allocate(entries * ChunkEntry.LENGTH_BYTES);
            try {
                readFully(channel, batch, first * ChunkEntry.LENGTH_BYTES);
            } catch (EOFException e) {
                throw new DamagedException(name, count + " entries", "an earlier end: " + e.getMessage());
            } catch (IOException e) {
                throw files.typed(name, e);
            }
            ChunkEntry.check(name, first, batch.flip());
            user.accept(first, batch);
        }
    }

    static void readFully(FileChannel channel, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int got = channel.read(into, at);
            if (got < 0) {
                throw new EOFException("file ends at " + at + ", " + into.remaining() + " bytes short");
            }
            at += got;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw files.typed(name, e);
        }
    }
}
