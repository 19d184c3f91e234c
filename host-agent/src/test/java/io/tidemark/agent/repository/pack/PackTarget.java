package io.tidemark.agent.repository.pack;

import com.github.luben.zstd.Zstd;
import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A whole pack, with the right digests in it whatever the rest says, as a verification and as a restore reads it.
public final class PackTarget implements FuzzTarget {
    private static final UUID REPOSITORY = new UUID(1, 2);
    private static final PackId PACK = new PackId(new SessionId(new UUID(3, 4)), 0);
    private static final int DIGEST_AT = DirectoryEntry.STORED_LENGTH_AT - Digest.LENGTH_BYTES;

    @Override
    public String name() {
        return "pack";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                pack(PackKind.CHUNKS, List.of(raw("one chunk"))),
                pack(PackKind.CHUNKS, List.of(raw("one chunk"), zstd("another ".repeat(50)), raw("z"))),
                pack(PackKind.NODES, List.of(raw("no node, which a pack does not know"), raw("nor this"))));
    }

    private static StoredEntry raw(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        return StoredEntry.raw(Digest.of(bytes), bytes);
    }

    private static StoredEntry zstd(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        byte[] packed = Zstd.compress(bytes);
        return new StoredEntry(Digest.of(bytes), packed, packed.length, bytes.length, Codec.ZSTD, null);
    }

    private static byte[] pack(PackKind kind, List<StoredEntry> entries) {
        MemoryBlobs blobs = new MemoryBlobs();
        var owner = new PackStream.Owner(REPOSITORY, PACK.session(), new AtomicInteger()::getAndIncrement);
        try (PackStream out = new PackStream(blobs, owner, kind, RepositoryKeys.none())) {
            entries.forEach(out::add);
            out.finish();
        }
        return blobs.objects.firstEntry().getValue();
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        MemoryBlobs blobs = new MemoryBlobs();
        blobs.createIfAbsent(PackNames.of(PACK), withDigests(bytes));
        PackReader packs = new PackReader(blobs, REPOSITORY, RepositoryKeys.none(), 1 << 20);
        AtomicLong read = new AtomicLong();
        Damages damages = new Damages();
        boolean isWhole = new PackScan(packs, Optional.of(ContentIds.PLAIN)).isWhole(PACK, read::addAndGet, damages);
        if (isWhole == damages.isAny.get()) {
            throw new IllegalStateException("whole: " + isWhole + ", though damage was told of otherwise");
        }
        if (isWhole && read.get() != bytes.length) {
            throw new IllegalStateException("whole after " + read + " bytes");
        }
        if (isWhole) {
            requireReadable(packs);
        }
        return isWhole;
    }

    private static final class Damages implements PackScan.Damage {
        private final AtomicBoolean isAny = new AtomicBoolean();

        @Override
        public void pack(PackId pack, DamagedException what) {
            isAny.set(true);
        }

        @Override
        public void entry(Place place, DamagedException what) {
            isAny.set(true);
        }
    }

    private static void requireReadable(PackReader packs) {
        PackDirectory directory = packs.directory(PACK);
        if (directory.kind() == PackKind.NODES) {
            return; // a scan does not ask for the ids of nodes, so any may be written there
        }
        for (int number = 0; number < directory.count(); number++) {
            DirectoryEntry entry = directory.entry(number);
            if (entry == null) {
                throw new IllegalStateException("entry " + number + " is missing");
            }
            Place place = new Place(PACK, number);
            byte[] content = new byte[entry.length()];
            var batch = new ChunkFetch(packs, ContentIds.PLAIN).batch();
            batch.add(place, entry.id(), content.length, new ChunkFetch.Part(0, content.length, content, 0));
            batch.finish();
            if (!Digest.of(content).equals(entry.id())) {
                throw new IllegalStateException("entry " + number + " is read as something else");
            }
        }
    }

    /// Those of what each entry says that it stores, and of the directory.
    private static byte[] withDigests(byte[] bytes) {
        byte[] pack = bytes.clone();
        int trailer = pack.length - PackDirectory.TRAILER_BYTES;
        if (trailer < 0) {
            return pack;
        }
        ByteBuffer in = ByteBuffer.wrap(pack);
        long count = Integer.toUnsignedLong(in.getInt(trailer + 40));
        long keys = Integer.toUnsignedLong(in.getInt(trailer + 44));
        long first = trailer - keys - count * DirectoryEntry.LENGTH_BYTES;
        if (first < 0) {
            return pack;
        }
        int offset = PackDirectory.MAGIC.length;
        for (int at = (int) first; at < trailer - keys; at += DirectoryEntry.LENGTH_BYTES) {
            int stored = in.getInt(at + DirectoryEntry.STORED_LENGTH_AT);
            if (stored < 0 || stored > first - offset) {
                break;
            }
            put(Digest.of(pack, offset, stored), pack, at + DIGEST_AT);
            offset += stored;
        }
        int end = pack.length - Long.BYTES - Digest.LENGTH_BYTES;
        put(Digest.of(pack, (int) first, end - (int) first), pack, end);
        return pack;
    }

    private static void put(Digest digest, byte[] pack, int at) {
        System.arraycopy(digest.bytes(), 0, pack, at, Digest.LENGTH_BYTES);
    }
}
