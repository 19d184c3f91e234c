package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.crypto.EntryLabel;
import io.tidemark.agent.repository.crypto.PackOpener;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/// Reads entries out of packs; hands out no content whose id is not the expected one. Remembers directories, up to
/// a number of bytes. Safe for use by many threads.
public final class PackReader {
    private static final int FIRST_LOOK_BYTES = 128 * 1024;
    /// The directory of a pack of nodes, as they are written.
    private static final int FIRST_LOOK_AT_NODES_BYTES =
            PackKind.NODES.entriesWritten() * DirectoryEntry.LENGTH_BYTES + PackDirectory.TRAILER_BYTES;
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
        return directories.get(pack, each -> load(each, FIRST_LOOK_BYTES));
    }

    /// The same of a pack that should be one of nodes.
    public PackDirectory nodeDirectory(PackId pack) {
        PackDirectory directory = directories.get(pack, each -> load(each, FIRST_LOOK_AT_NODES_BYTES));
        if (directory.kind() != PackKind.NODES) {
            throw new DamagedException("pack " + pack, "one of nodes", "one of chunks");
        }
        return directory;
    }

    private PackDirectory load(PackId pack, int firstLookBytes) {
        BlobStore.End end = store.readEnd(PackNames.of(pack), firstLookBytes)
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

    /// Fills what `target` has left with what is stored from `offset` on.
    void range(PackId pack, long offset, ByteBuffer target) {
        if (!store.readRange(PackNames.of(pack), offset, target)) {
            throw new DamagedException("pack " + pack, "an object of that name", "none");
        }
    }

    /// What is stored from `offset` on.
    byte[] range(PackId pack, long offset, int length) {
        return store.readRange(PackNames.of(pack), offset, length)
                .orElseThrow(() -> new DamagedException("pack " + pack, "an object of that name", "none"));
    }

    /// What the pack's directory says of the entry at a place, which must be that of the content with this id.
    public DirectoryEntry entry(Place place, Digest id) {
        return located(directory(place.pack()), place, id).entry();
    }

    LocatedEntry located(Place place, Digest id) {
        return located(directory(place.pack()), place, id);
    }

    private static LocatedEntry located(PackDirectory directory, Place place, Digest id) {
        DirectoryEntry entry = directory.entry(place.entry());
        if (entry == null || !entry.id().equals(id)) {
            String found = entry == null ? "none of that number" : entry.id().hex();
            throw new DamagedException("entry " + place.entry() + " of pack " + place.pack(), id.hex(), found);
        }
        return new LocatedEntry(place, entry, directory.offset(place.entry()));
    }

    /// What is stored of a node, checked against the directory's digest of it.
    public byte[] readNode(Place place, Digest id) {
        LocatedEntry located = located(nodeDirectory(place.pack()), place, id);
        DirectoryEntry entry = located.entry();
        if (entry.codec() != Codec.RAW) {
            throw located.damaged("it packed");
        }
        byte[] stored = range(place.pack(), located.offset(), entry.storedLength());
        Digest found = Digest.of(stored);
        if (!found.equals(entry.stored())) {
            throw located.damaged("stored bytes with the digest " + found);
        }
        return stored;
    }

    boolean isProtecting() {
        return keys.isProtecting();
    }

    /// What was sealed as this entry and became these bytes.
    byte[] opened(LocatedEntry located, byte[] stored) {
        PackId pack = located.place().pack();
        DirectoryEntry entry = located.entry();
        var label = new EntryLabel(pack, located.place().entry(), entry.codec().code(), entry.length(), entry.id());
        return opener(pack).open(label, stored, 0, stored.length);
    }
}
