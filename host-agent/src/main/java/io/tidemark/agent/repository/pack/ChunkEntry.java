package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.schemas.id.RestorePointId;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32C;

/// Where one chunk of a disk lies: in the pack that point `pack` wrote, `storedLength` bytes from `offset` on, or
/// nowhere for zero. In a map, big-endian:
///
/// ```
/// 4  kind: 0 unset, 1 zero, 2 raw, 3 zstd
/// 4  stored length
/// 8  offset in the pack
/// 16 pack
/// 32 SHA-256 of the chunk
/// 4  CRC-32C of the chunk's index (8 bytes) and the 64 bytes before
/// ```
public record ChunkEntry(Kind kind, int storedLength, long offset, RestorePointId pack, Digest id) {
    public static final int LENGTH_BYTES = 68;

    private static final int PACK_OFFSET = 16;
    private static final int CHECKED_BYTES = LENGTH_BYTES - Integer.BYTES;
    private static final RestorePointId NO_PACK = new RestorePointId(new UUID(0, 0));
    private static final Digest NO_ID = new Digest(0, 0, 0, 0);
    private static final Kind[] KINDS = Kind.values();

    public static final ChunkEntry ZERO = new ChunkEntry(Kind.ZERO, 0, 0, NO_PACK, NO_ID);

    /// How a chunk is stored, and its code in the bytes.
    public enum Kind {
        UNSET(0),
        ZERO(1),
        RAW(2),
        ZSTD(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /// Appends the entry of chunk `index` to `out`, which is in the heap.
    void encode(long index, ByteBuffer out, EntryChecksum checksum) {
        int start = out.position();
        out.putInt(kind.code()).putInt(storedLength).putLong(offset);
        out.putLong(pack.value().getMostSignificantBits()).putLong(pack.value().getLeastSignificantBits());
        id.write(out);
        out.putInt(checksum.of(index, out, start));
    }

    /// Fails if an entry of those from chunk `first` on is not what was written.
    static void check(String map, long first, ByteBuffer entries) {
        EntryChecksum checksum = new EntryChecksum();
        long index = first;
        for (int at = entries.position(); at < entries.limit(); at += LENGTH_BYTES) {
            int expected = checksum.of(index, entries, at);
            int found = entries.getInt(at + CHECKED_BYTES);
            int kind = entries.getInt(at);
            if (found != expected || kind < 1 || kind >= KINDS.length) {
                throw new DamagedException(
                        map + " entry " + index,
                        "checksum " + Integer.toHexString(expected),
                        Integer.toHexString(found));
            }
            index++;
        }
    }

    /// Takes the next entry from `in`, which was checked before.
    static ChunkEntry decode(ByteBuffer in) {
        Kind kind = KINDS[in.getInt()];
        int storedLength = in.getInt();
        long offset = in.getLong();
        RestorePointId pack = new RestorePointId(new UUID(in.getLong(), in.getLong()));
        Digest id = Digest.read(in);
        in.getInt();
        return new ChunkEntry(kind, storedLength, offset, pack, id);
    }

    /// Adds the packs that the entries lie in, without making objects of them.
    static void addPacks(ByteBuffer entries, Set<RestorePointId> packs) {
        long high = 0;
        long low = 0;
        for (int at = entries.position(); at < entries.limit(); at += LENGTH_BYTES) {
            long packHigh = entries.getLong(at + PACK_OFFSET);
            long packLow = entries.getLong(at + PACK_OFFSET + Long.BYTES);
            if (entries.getInt(at) != Kind.ZERO.code() && (packHigh != high || packLow != low)) {
                high = packHigh;
                low = packLow;
                packs.add(new RestorePointId(new UUID(high, low)));
            }
        }
    }

    /// The first of encoded entries that was never written; -1 if all were.
    static int firstUnset(ByteBuffer entries) {
        for (int at = entries.position(); at < entries.limit(); at += LENGTH_BYTES) {
            if (entries.getInt(at) == Kind.UNSET.code()) {
                return (at - entries.position()) / LENGTH_BYTES;
            }
        }
        return -1;
    }

    /// The checksum of entries, one after the other. One thread at a time.
    static final class EntryChecksum {
        private final CRC32C crc = new CRC32C();
        private final ByteBuffer indexBytes = ByteBuffer.allocate(Long.BYTES);

        /// Of the entry at `start`, as that of chunk `index`.
        int of(long index, ByteBuffer entries, int start) {
            crc.reset();
            crc.update(indexBytes.putLong(0, index).array());
            crc.update(entries.array(), entries.arrayOffset() + start, CHECKED_BYTES);
            return (int) crc.getValue();
        }
    }
}
