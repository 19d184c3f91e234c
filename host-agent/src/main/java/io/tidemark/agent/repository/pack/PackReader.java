package io.tidemark.agent.repository.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.schemas.id.RestorePointId;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// Reads chunks out of packs; hands out none whose digest is not the expected one.
public final class PackReader implements AutoCloseable {
    private final FolderFiles files;
    private final Function<RestorePointId, String> names;
    private final Map<RestorePointId, FileChannel> open = new HashMap<>();

    public PackReader(FolderFiles files, Function<RestorePointId, String> names) {
        this.files = files;
        this.names = names;
    }

    /// The chunk of `lengthBytes` that `entry` names; `chunk` says in errors which one it is.
    public byte[] read(String chunk, ChunkEntry entry, int lengthBytes) {
        if (entry.kind() == ChunkEntry.Kind.ZERO) {
            return new byte[lengthBytes];
        }
        String expected = entry.id().hex();
        String pack = names.apply(entry.pack());
        if (entry.storedLength() < 1 || entry.storedLength() > Chunks.SIZE_BYTES) {
            throw new DamagedException(chunk, expected, "a stored length of " + entry.storedLength());
        }
        byte[] stored = new byte[entry.storedLength()];
        try {
            ChunkMap.readFully(channel(entry.pack()), ByteBuffer.wrap(stored), entry.offset());
        } catch (NoSuchFileException _) {
            throw new DamagedException(chunk, expected, "no file " + pack);
        } catch (EOFException e) {
            throw new DamagedException(chunk, expected, pack + " too short: " + e.getMessage());
        } catch (IOException e) {
            throw files.typed(pack, e);
        }
        byte[] bytes = entry.kind() == ChunkEntry.Kind.ZSTD ? unpack(chunk, expected, stored, lengthBytes) : stored;
        String found = Digest.of(bytes).hex();
        if (bytes.length != lengthBytes || !found.equals(expected)) {
            throw new DamagedException(chunk + " in " + pack, expected, found);
        }
        return bytes;
    }

    private static byte[] unpack(String chunk, String expected, byte[] stored, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        try {
            long got = Zstd.decompress(bytes, stored);
            if (Zstd.isError(got) || got != lengthBytes) {
                throw new DamagedException(chunk, expected, "bytes that do not unpack");
            }
            return bytes;
        } catch (ZstdException e) {
            throw new DamagedException(chunk, expected, "bytes that do not unpack: " + e.getMessage());
        }
    }

    private synchronized FileChannel channel(RestorePointId pack) throws IOException {
        FileChannel channel = open.get(pack);
        if (channel == null) {
            channel = FileChannel.open(files.path(names.apply(pack)), StandardOpenOption.READ);
            open.put(pack, channel);
        }
        return channel;
    }

    @Override
    public synchronized void close() {
        for (FileChannel channel : open.values()) {
            try {
                channel.close();
            } catch (IOException e) {
                throw files.typed("a pack", e);
            }
        }
        open.clear();
    }
}
