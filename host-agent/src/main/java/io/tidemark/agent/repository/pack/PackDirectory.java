package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The end of a pack, big-endian, and what it tells:
///
/// ```
/// 8   magic "TDMKPCK1": TiDeMarK, PaCK, version 1
/// n   what is stored of the entries, one after the other, without gaps
/// 72m directory: a DirectoryEntry for each, in the same order
/// k   key section; empty in a pack without protection
/// 16  repository
/// 16  session
/// 4   number in the session
/// 1   kind: 1 chunks, 2 nodes
/// 1   protection: 0 none, 1 AES-256-GCM
/// 2   zeros
/// 4   m, at least 1
/// 4   k
/// 32  SHA-256 over the directory, the key section and the 48 bytes before
/// 8   magic "TDMKEND1"
/// ```
public final class PackDirectory {
    static final byte[] MAGIC = "TDMKPCK1".getBytes(StandardCharsets.US_ASCII);
    static final int TRAILER_BYTES = 88;

    private static final byte[] END_MAGIC = "TDMKEND1".getBytes(StandardCharsets.US_ASCII);
    private static final int SHAPE_BYTES = 48;
    private static final int MAX_BYTES =
            TRAILER_BYTES + PackLimits.KEY_SECTION_BYTES_MAX + PackLimits.ENTRIES_MAX * DirectoryEntry.LENGTH_BYTES;

    private final PackKind kind;
    private final ByteBuffer entries;
    private final long[] offsets;
    private final ByteBuffer keySection;
    private final Digest digest;

    private PackDirectory(PackKind kind, ByteBuffer entries, long[] offsets, ByteBuffer keySection, Digest digest) {
        this.kind = kind;
        this.entries = entries;
        this.offsets = offsets;
        this.keySection = keySection;
        this.digest = digest;
    }

    /// The bytes that end a pack with these encoded entries.
    ///
    /// @param keySection empty without protection
    static byte[] encode(UUID repository, PackId pack, PackKind kind, ByteBuffer entries, byte[] keySection) {
        int count = entries.remaining() / DirectoryEntry.LENGTH_BYTES;
        ByteBuffer out = ByteBuffer.allocate(entries.remaining() + keySection.length + TRAILER_BYTES);
        out.put(entries.duplicate()).put(keySection);
        putUuid(out, repository);
        putUuid(out, pack.session().value());
        byte protection = (byte) (keySection.length == 0 ? 0 : 1);
        out.putInt(pack.number()).put((byte) kind.code()).put(protection).putShort((short) 0);
        out.putInt(count).putInt(keySection.length);
        out.put(Digest.of(out.array(), 0, out.position()).bytes());
        out.put(END_MAGIC);
        return out.array();
    }

    private static void putUuid(ByteBuffer out, UUID id) {
        out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    /// How many bytes of the pack's end the directory takes, by the trailer; the trailer is not trusted yet.
    static int lengthBytes(PackId pack, byte[] trailer) {
        ByteBuffer in = ByteBuffer.wrap(trailer);
        int count = in.getInt(40);
        int keys = in.getInt(44);
        boolean isPossible =
                count >= 1 && count <= PackLimits.ENTRIES_MAX && keys >= 0 && keys <= PackLimits.KEY_SECTION_BYTES_MAX;
        byte[] magic = new byte[END_MAGIC.length];
        in.get(TRAILER_BYTES - magic.length, magic);
        if (!isPossible || !MessageDigest.isEqual(magic, END_MAGIC)) {
            throw new DamagedException("pack " + pack, "the end of a pack of version 1", "other bytes");
        }
        return count * DirectoryEntry.LENGTH_BYTES + keys + TRAILER_BYTES;
    }

    /// Reads the end of a pack.
    ///
    /// @param end exactly what {@link #lengthBytes} asks for
    /// @param sizeBytes of the whole pack
    static PackDirectory decode(UUID repository, PackId pack, byte[] end, long sizeBytes) {
        ByteBuffer in = ByteBuffer.wrap(end);
        int trailer = end.length - TRAILER_BYTES;
        Digest found = Digest.of(end, 0, trailer + SHAPE_BYTES);
        Digest expected = Digest.read(in.slice(trailer + SHAPE_BYTES, Digest.LENGTH_BYTES));
        if (!found.equals(expected)) {
            throw new DamagedException("directory of pack " + pack, expected.hex(), found.hex());
        }
        in.position(trailer);
        requireSame(pack, "repository " + repository, repository, new UUID(in.getLong(), in.getLong()));
        PackId stated = new PackId(new SessionId(new UUID(in.getLong(), in.getLong())), Math.max(0, in.getInt()));
        requireSame(pack, "its own name", pack, stated);
        int kind = in.get();
        int protection = in.get();
        int count = in.getInt(trailer + 40);
        int keys = in.getInt(trailer + 44);
        requireSame(pack, "protection by its key section", keys == 0 ? 0 : 1, protection);
        requireSame(pack, "kind 1 or 2", true, kind == PackKind.CHUNKS.code() || kind == PackKind.NODES.code());
        ByteBuffer entries = in.slice(0, count * DirectoryEntry.LENGTH_BYTES);
        long[] offsets = offsets(pack, entries, count);
        requireSame(pack, "as long as its entries", offsets[count] + end.length, sizeBytes);
        return new PackDirectory(
                kind == PackKind.CHUNKS.code() ? PackKind.CHUNKS : PackKind.NODES,
                entries,
                offsets,
                in.slice(count * DirectoryEntry.LENGTH_BYTES, keys),
                expected);
    }

    private static long[] offsets(PackId pack, ByteBuffer entries, int count) {
        long[] offsets = new long[count + 1];
        offsets[0] = MAGIC.length;
        for (int entry = 0; entry < count; entry++) {
            int at = entry * DirectoryEntry.LENGTH_BYTES + DirectoryEntry.STORED_LENGTH_AT;
            int stored = entries.getInt(at);
            int word = entries.getInt(at + Integer.BYTES);
            if (stored < 1 || stored > PackLimits.STORED_BYTES_MAX || !DirectoryEntry.isWord(word)) {
                throw new DamagedException(
                        "entry " + entry + " of pack " + pack, "possible lengths", stored + " and word " + word);
            }
            offsets[entry + 1] = offsets[entry] + stored;
        }
        return offsets;
    }

    private static void requireSame(PackId pack, String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new DamagedException("pack " + pack, what + " (" + expected + ")", String.valueOf(found));
        }
    }

    /// The most that the end of a pack takes.
    static int maxBytes() {
        return MAX_BYTES;
    }

    public PackKind kind() {
        return kind;
    }

    /// What opens the pack; empty without protection.
    public byte[] keySection() {
        byte[] section = new byte[keySection.remaining()];
        keySection.get(keySection.position(), section);
        return section;
    }

    public int count() {
        return offsets.length - 1;
    }

    /// SHA-256 over directory, key section and shape: what tells this pack from any other.
    public Digest digest() {
        return digest;
    }

    /// What is said of an entry; null if there is none of that number.
    public @Nullable DirectoryEntry entry(int number) {
        return number < count()
                ? DirectoryEntry.decode(
                        entries.slice(number * DirectoryEntry.LENGTH_BYTES, DirectoryEntry.LENGTH_BYTES))
                : null;
    }

    /// Where what is stored of an entry begins; for the count, where the last one ends.
    public long offset(int number) {
        return offsets[number];
    }

    /// Of the whole pack.
    public long sizeBytes() {
        return offsets[count()] + entries.remaining() + keySection.remaining() + TRAILER_BYTES;
    }

    /// About what it takes in memory.
    int weightBytes() {
        return count() * (DirectoryEntry.LENGTH_BYTES + Long.BYTES) + DirectoryEntry.LENGTH_BYTES;
    }
}
