package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where the chunks of a disk are stored that a write session puts, in a file that has no name any more, so that
/// memory does not grow with the disk and a death leaves nothing. An entry is id (32), pack (4, by a table) and
/// entry in the pack (2). One thread at a time.
final class ChunkTable implements AutoCloseable {
    private static final int ENTRY_BYTES = 38;
    private static final int GATHERED_ENTRIES = 512;

    private final FileChannel file;
    private final List<PackId> packs = new ArrayList<>();
    private final Map<PackId, Integer> numbers = new HashMap<>();
    private final ByteBuffer gathered = ByteBuffer.allocate(GATHERED_ENTRIES * ENTRY_BYTES);
    private final ByteBuffer window = ByteBuffer.allocate(GATHERED_ENTRIES * ENTRY_BYTES);
    // not final: the chunk whose entry comes next into the gathered ones, and the first of those in the window
    private long next;
    private long windowFirst = -1;

    /// @param folder where the file is made
    ChunkTable(Path folder) {
        try {
            Path path = Files.createTempFile(folder, "chunks-", ".tmp");
            file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(path);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private static RepositoryUnavailable unusable(IOException error) {
        return new RepositoryUnavailable("table of chunks: expected a usable temporary file, found " + error, error);
    }

    void put(long index, Child chunk) {
        if (index != next || !gathered.hasRemaining()) {
            write();
        }
        chunk.id().write(gathered);
        gathered.putInt(numbers.computeIfAbsent(chunk.place().pack(), this::added));
        gathered.putShort((short) chunk.place().entry());
        next = index + 1;
    }

    private int added(PackId pack) {
        packs.add(pack);
        return packs.size() - 1;
    }

    private void write() {
        long at = (next - gathered.position() / ENTRY_BYTES) * ENTRY_BYTES;
        gathered.flip();
        try {
            while (gathered.hasRemaining()) {
                at += file.write(gathered, at);
            }
        } catch (IOException e) {
            throw unusable(e);
        }
        gathered.clear();
        windowFirst = -1;
    }

    /// What was put last of a chunk. Quick for one after the other.
    Child get(long index) {
        if (gathered.position() > 0) {
            write();
        }
        if (windowFirst < 0 || index < windowFirst || index >= windowFirst + GATHERED_ENTRIES) {
            load(index - index % GATHERED_ENTRIES);
        }
        ByteBuffer in = window.duplicate().position((int) (index - windowFirst) * ENTRY_BYTES);
        Digest id = Digest.read(in);
        PackId pack = packs.get(in.getInt());
        return new Child(id, new Place(pack, Short.toUnsignedInt(in.getShort())));
    }

    private void load(long first) {
        window.clear();
        long at = first * ENTRY_BYTES;
        try {
            int got = file.read(window, at);
            while (got >= 0 && window.hasRemaining()) {
                got = file.read(window, at + window.position());
            }
        } catch (IOException e) {
            throw unusable(e);
        }
        windowFirst = first;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw unusable(e);
        }
    }
}
