package io.tidemark.agent.repository.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// The last 4 bytes of a directory's entry, codec and length of the content, and then what is stored of it.
public final class StoredEntryTarget implements FuzzTarget {
    private static final UUID REPOSITORY = new UUID(1, 2);
    private static final Place PLACE = new Place(new PackId(new SessionId(new UUID(3, 4)), 5), 0);
    private static final Digest ANY = Digest.of(new byte[0]);
    /// On both sides of where the content goes.
    private static final int MARGIN_BYTES = 64;

    private static final byte UNTOUCHED = 0x5a;

    private final PackReader packs = new PackReader(new MemoryBlobs(), REPOSITORY, RepositoryKeys.none(), 1024);

    @Override
    public String name() {
        return "stored-entry";
    }

    @Override
    public List<byte[]> seeds() {
        byte[] noise = new byte[300];
        new Random(1).nextBytes(noise);
        byte[] zeros = new byte[PackLimits.CONTENT_BYTES_MAX];
        byte[] text = "a line of a log\n".repeat(200).getBytes(StandardCharsets.US_ASCII);
        return List.of(
                entry(Codec.RAW, noise.length, noise),
                entry(Codec.ZSTD, noise.length, Zstd.compress(noise)),
                entry(Codec.ZSTD, zeros.length, Zstd.compress(zeros)),
                entry(Codec.ZSTD, text.length, Zstd.compress(text, 19)),
                entry(Codec.ZSTD, text.length, unsized(text)));
    }

    private static byte[] entry(Codec codec, int length, byte[] stored) {
        ByteBuffer entry = ByteBuffer.allocate(DirectoryEntry.LENGTH_BYTES);
        new DirectoryEntry(ANY, ANY, stored.length, length, codec).encode(entry);
        return ByteBuffer.allocate(Integer.BYTES + stored.length)
                .put(entry.array(), DirectoryEntry.LENGTH_BYTES - Integer.BYTES, Integer.BYTES)
                .put(stored)
                .array();
    }

    /// A frame that says nothing of its content's size, with a checksum.
    private static byte[] unsized(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(bytes)) {
            out.setChecksum(true);
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length <= Integer.BYTES || !DirectoryEntry.isWord(in.getInt(0))) {
            return false; // nothing that a directory hands out
        }
        int storedLength = bytes.length - Integer.BYTES;
        byte[] head = new byte[DirectoryEntry.LENGTH_BYTES - Integer.BYTES];
        ByteBuffer whole = ByteBuffer.allocate(DirectoryEntry.LENGTH_BYTES);
        whole.put(head).putInt(in.getInt(0)).putInt(DirectoryEntry.STORED_LENGTH_AT, storedLength);
        LocatedEntry located = new LocatedEntry(PLACE, DirectoryEntry.decode(whole.flip()), 0);
        boolean isTaken = isUnpacked(located, in, Integer.BYTES);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        if (isUnpacked(located, direct, Integer.BYTES) != isTaken) {
            throw new IllegalStateException("taken from one kind of buffer and refused from the other");
        }
        return isTaken;
    }

    private boolean isUnpacked(LocatedEntry located, ByteBuffer stored, int at) {
        int length = located.entry().length();
        byte[] out = new byte[MARGIN_BYTES + PackLimits.CONTENT_BYTES_MAX + MARGIN_BYTES];
        Arrays.fill(out, UNTOUCHED);
        boolean isTaken;
        try (Unpacker unpacker = new Unpacker(packs)) {
            unpacker.unpack(located, stored, at, out, MARGIN_BYTES);
            isTaken = true;
        } catch (RepositoryException refused) {
            isTaken = false;
        }
        int end = MARGIN_BYTES + Math.min(length, PackLimits.CONTENT_BYTES_MAX);
        requireUntouched(out, 0, MARGIN_BYTES);
        requireUntouched(out, end, out.length);
        if (isTaken) {
            requireSameAgain(Arrays.copyOfRange(out, MARGIN_BYTES, end));
        }
        return isTaken;
    }

    private static void requireUntouched(byte[] out, int from, int end) {
        for (int at = from; at < end; at++) {
            if (out[at] != UNTOUCHED) {
                throw new IllegalStateException("byte " + at + " is written, which is none of the content's");
            }
        }
    }

    private void requireSameAgain(byte[] content) {
        byte[] packed = Zstd.compress(content);
        DirectoryEntry entry = new DirectoryEntry(ANY, ANY, packed.length, content.length, Codec.ZSTD);
        byte[] again = new byte[content.length];
        try (Unpacker unpacker = new Unpacker(packs)) {
            unpacker.unpack(new LocatedEntry(PLACE, entry, 0), ByteBuffer.wrap(packed), 0, again, 0);
        }
        if (!Arrays.equals(again, content)) {
            throw new IllegalStateException("other content when packed again");
        }
    }
}
