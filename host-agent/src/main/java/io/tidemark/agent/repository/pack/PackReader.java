package io.tidemark.agent.repository.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.crypto.EntryLabel;
import io.tidemark.agent.repository.crypto.PackOpener;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import java.util.Arrays;
import java.util.UUID;

/// Reads entries out of packs; hands out no content whose id is not the expected one. Remembers directories, up to
/// a number of bytes. Safe for use by many threads.
public final class PackReader {
    private static final int FIRST_LOOK_BYTES = 128 * 1024;
    private static final int OPENERS_MAX = 1024;

    private final BlobStore store;
    private final UUID repository;
    private final RepositoryKeys keys;
    private final BoundedCache<PackId, PackDirectory> directories;
    private final BoundedCache<PackId, PackOpener> openers = new BoundedCache<>(OPENERS_MAX, _ -> 1);

    /// @param directoryBytesMax how much memory remembered directories may take
    public PackReader(BlobStore store, UUID repository, RepositoryKeys keys, long directoryBytesMax) {
        this.store = store;
        this.repository = repository;
        this.keys = keys;
        this.directories = new BoundedCache<>(directoryBytesMax, PackDirectory::weightBytes);
    }

    /// What a pack says of its entries.
    public PackDirectory directory(PackId pack) {
        return directories.get(pack, this::load);
    }

    private PackDirectory load(PackId pack) {
        BlobStore.End end = store.readEnd(PackNames.of(pack), FIRST_LOOK_BYTES)
                .orElseThrow(() -> new DamagedException("pack " + pack, "an object of that name", "none"));
        byte[] bytes = end.bytes();
        if (bytes.length < PackDirectory.TRAILER_BYTES) {
            throw new DamagedException("pack " + pack, "the end of a pack", bytes.length + " bytes");
        }
        byte[] trailer = Arrays.copyOfRange(bytes, bytes.length - PackDirectory.TRAILER_BYTES, bytes.length);
        int length = PackDirectory.lengthBytes(pack, trailer);
        if (length > end.sizeBytes()) {
            throw new DamagedException("pack " + pack, length + " bytes of directory", end.sizeBytes() + " in all");
        }
        byte[] whole = length <= bytes.length
                ? Arrays.copyOfRange(bytes, bytes.length - length, bytes.length)
                : range(pack, end.sizeBytes() - length, length);
        PackDirectory directory = PackDirectory.decode(repository, pack, whole, end.sizeBytes());
        boolean isSealed = directory.keySection().length > 0;
        boolean isMeant = directory.kind() == PackKind.CHUNKS && keys.isProtecting();
        if (isSealed != isMeant) {
            throw new DamagedException("pack " + pack, isMeant ? "it sealed" : "it in the clear", "the other");
        }
        return directory;
    }

    private PackOpener opener(PackId pack) {
        return openers.get(pack, each -> keys.opener(each, directory(each).keySection()));
    }

    /// What is stored from `offset` on.
    byte[] range(PackId pack, long offset, int length) {
        return store.readRange(PackNames.of(pack), offset, length)
                .orElseThrow(() -> new DamagedException("pack " + pack, "an object of that name", "none"));
    }

    /// What the pack's directory says of the entry at a place, which must be that of the content with this id.
    public DirectoryEntry entry(Place place, Digest id) {
        DirectoryEntry entry = directory(place.pack()).entry(place.entry());
        if (entry == null || !entry.id().equals(id)) {
            String found = entry == null ? "none of that number" : entry.id().hex();
            throw new DamagedException("entry " + place.entry() + " of pack " + place.pack(), id.hex(), found);
        }
        return entry;
    }

    /// The content at a place.
    ///
    /// @param ids of the repository
    public byte[] read(Place place, Digest id, ContentIds ids) {
        DirectoryEntry entry = entry(place, id);
        long offset = directory(place.pack()).offset(place.entry());
        byte[] stored = range(place.pack(), offset, entry.storedLength());
        byte[] content = unpacked(place, entry, stored, 0);
        Digest found = ids.of(content);
        if (!found.equals(id)) {
            throw new DamagedException("entry " + place.entry() + " of pack " + place.pack(), id.hex(), found.hex());
        }
        return content;
    }

    /// What is stored raw at a place, checked against the directory's digest of it.
    public byte[] readStored(Place place, Digest id) {
        DirectoryEntry entry = entry(place, id);
        if (entry.codec() != Codec.RAW) {
            throw damaged(place, entry, "it packed");
        }
        long offset = directory(place.pack()).offset(place.entry());
        byte[] stored = range(place.pack(), offset, entry.storedLength());
        Digest found = Digest.of(stored);
        if (!found.equals(entry.stored())) {
            throw damaged(place, entry, "stored bytes with the digest " + found);
        }
        return stored;
    }

    /// The content of what is stored from `at` on; not checked against its id.
    byte[] unpacked(Place place, DirectoryEntry entry, byte[] stored, int at) {
        if (entry.length() < 1 || entry.length() > PackLimits.CONTENT_BYTES_MAX) {
            throw damaged(place, entry, "a length of " + entry.length());
        }
        byte[] opened = stored;
        int from = at;
        int length = entry.storedLength();
        if (keys.isProtecting()) {
            var label =
                    new EntryLabel(place.pack(), place.entry(), entry.codec().code(), entry.length(), entry.id());
            opened = opener(place.pack()).open(label, stored, at, length);
            from = 0;
            length = opened.length;
        }
        if (entry.codec() == Codec.RAW) {
            if (length != entry.length()) {
                throw damaged(place, entry, "a stored length of " + length);
            }
            return Arrays.copyOfRange(opened, from, from + length);
        }
        return unzipped(place, entry, opened, from, length);
    }

    private static byte[] unzipped(Place place, DirectoryEntry entry, byte[] packed, int from, int length) {
        byte[] content = new byte[entry.length()];
        try {
            long got = Zstd.decompressByteArray(content, 0, content.length, packed, from, length);
            if (Zstd.isError(got) || got != content.length) {
                throw damaged(place, entry, "bytes that do not unpack");
            }
            return content;
        } catch (ZstdException e) {
            throw damaged(place, entry, "bytes that do not unpack: " + e.getMessage());
        }
    }

    static DamagedException damaged(Place place, DirectoryEntry entry, String found) {
        return new DamagedException(
                "entry " + place.entry() + " of pack " + place.pack(),
                entry.id().hex(),
                found);
    }
}
