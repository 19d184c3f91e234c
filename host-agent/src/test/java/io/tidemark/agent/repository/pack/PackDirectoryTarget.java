package io.tidemark.agent.repository.pack;

import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.SessionId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/// The end of a pack, with the right digest in it whatever the rest says.
public final class PackDirectoryTarget implements FuzzTarget {
    private static final UUID REPOSITORY = new UUID(1, 2);
    private static final PackId PACK = new PackId(new SessionId(new UUID(3, 4)), 5);

    @Override
    public String name() {
        return "pack-directory";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                end(1, PackKind.NODES, new byte[0]),
                end(3, PackKind.CHUNKS, new byte[0]),
                end(2, PackKind.CHUNKS, new byte[77]));
    }

    private static byte[] end(int count, PackKind kind, byte[] keySection) {
        ByteBuffer entries = ByteBuffer.allocate(count * DirectoryEntry.LENGTH_BYTES);
        for (int entry = 0; entry < count; entry++) {
            Digest digest = Digest.of(new byte[] {(byte) entry});
            new DirectoryEntry(digest, digest, 100 + entry, 200 + entry, Codec.ZSTD).encode(entries);
        }
        return PackDirectory.encode(REPOSITORY, PACK, kind, entries.flip(), keySection);
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        if (bytes.length < PackDirectory.TRAILER_BYTES) {
            return false;
        }
        byte[] end = withDigest(bytes);
        byte[] trailer = Arrays.copyOfRange(end, end.length - PackDirectory.TRAILER_BYTES, end.length);
        try {
            if (PackDirectory.lengthBytes(PACK, trailer) != end.length) {
                return false;
            }
            PackDirectory directory = PackDirectory.decode(REPOSITORY, PACK, end, sizeBytes(end));
            for (int number = 0; number < directory.count(); number++) {
                if (directory.entry(number) == null || directory.offset(number) > directory.offset(number + 1)) {
                    throw new IllegalStateException("entry " + number + " is taken");
                }
            }
            if (directory.entry(directory.count()) != null) {
                throw new IllegalStateException("an entry behind the last is there");
            }
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }

    private static byte[] withDigest(byte[] bytes) {
        byte[] end = bytes.clone();
        int at = end.length - Long.BYTES - Digest.LENGTH_BYTES;
        System.arraycopy(Digest.of(end, 0, at).bytes(), 0, end, at, Digest.LENGTH_BYTES);
        return end;
    }

    /// As long as the entries say, so that this is no reason to refuse them.
    private static long sizeBytes(byte[] end) {
        ByteBuffer in = ByteBuffer.wrap(end);
        int count = in.getInt(end.length - PackDirectory.TRAILER_BYTES + 40);
        long size = (long) PackDirectory.MAGIC.length + end.length;
        for (int entry = 0; entry < count; entry++) {
            size += in.getInt(entry * DirectoryEntry.LENGTH_BYTES + DirectoryEntry.STORED_LENGTH_AT);
        }
        return size;
    }
}
