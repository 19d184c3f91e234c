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
    private static final Digest NO_ID = Digest.ofBytes(new byte[Digest.LENGTH_BYTES]);

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

    /// Appends the entry of chunk `index` to `out`.
    void encode(long index, ByteBuffer out) {
        int start = out.position();
        out.putInt(kind.code()).putInt(storedLength).putLong(offset);
        out.putLong(pack.value().getMostSignificantBits()).putLong(pack.value().getLeastSignificantBits());
        out.put(id.bytes());
        out.putInt(checksum(index, out.slice(start, CHECKED_BYTES)));
    }

    /// Fails if an entry of those from chunk `first` on is not what was written.
    static void check(String map, long first, ByteBuffer entries) {
        long index = first;
        for (int at = entries.position(); at < entries.limit(); at += LENGTH_BYTES) {
            int expected = checksum(index, entries.slice(at, CHECKED_BYTES));
            int found = entries.getInt(at + CHECKED_BYTES);
            int kind = entries.getInt(at);
            if (found != expected || kind < 1 || kind >= Kind.values().length) {
                throw new DamagedException(map + " entry " + index,
                        "checksum " + Integer.toHexString(expected), Integer.toHexString(found));
            }
            index++;
        }
    }

    /// Takes the entry of chunk `index` from `in`, checked before; `map` names the place in errors.
    static ChunkEntry decode(String map, long index, ByteBuffer in) {
        check(map, index, in.slice(in.position(), LENGTH_BYTES));
        int kind = in.getInt();
        int storedLength = in.getInt();
        long offset = in.getLong();
        RestorePointId pack = new RestorePointId(new UUID(in.getLong(), in.getLong()));
        byte[] id = new byte[Digest.LENGTH_BYTES];
        in.get(id).getInt();
        return new ChunkEntry(Kind.values()[kind], storedLength, offset, pack, Digest.ofBytes(id));
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
    static int firstUnset(byte[] entries) {
        ByteBuffer view = ByteBuffer.wrap(entries);
        for (int at = 0; at < entries.length; at += LENGTH_BYTES) {
            if (view.getInt(at) == Kind.UNSET.code()) {
                return at / LENGTH_BYTES;
            }
        }
        return -1;
    }

    private static int checksum(long index, ByteBuffer entry) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(index).flip());
        crc.update(entry);
        return (int) crc.getValue();
    }
}
