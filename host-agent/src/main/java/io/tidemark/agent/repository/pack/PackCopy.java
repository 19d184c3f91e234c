package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.crypto.EntryLabel;
import io.tidemark.agent.repository.crypto.PackOpener;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import java.nio.ByteBuffer;

/// Reads chunks of one pack to store them again in another: packed as they are, and no longer sealed, as seals
/// belong to a place. Hands out nothing but what its directory's digest and its own id agree with. One thread at a
/// time.
public final class PackCopy {
    private final PackReader packs;
    private final PackId pack;
    private final PackDirectory directory;
    private final PackOpener opener;
    private final ContentIds ids;

    /// @param keys that open
    /// @param ids of the repository
    public PackCopy(PackReader packs, PackId pack, RepositoryKeys keys, ContentIds ids) {
        this.packs = packs;
        this.pack = pack;
        this.directory = packs.directory(pack);
        this.opener = keys.opener(pack, directory.keySection());
        this.ids = ids;
    }

    /// The entry of that number.
    public StoredEntry entry(int number) {
        Place place = new Place(pack, number);
        DirectoryEntry entry = directory.entry(number);
        if (entry == null) {
            throw new DamagedException("entry " + number + " of pack " + pack, "a chunk", "none of that number");
        }
        LocatedEntry located = new LocatedEntry(place, entry, directory.offset(number));
        byte[] stored = packs.range(pack, located.offset(), entry.storedLength());
        Digest found = Digest.of(stored);
        if (!found.equals(entry.stored())) {
            throw located.damaged("stored bytes with the digest " + found);
        }
        requireContent(located, stored);
        var label = new EntryLabel(pack, number, entry.codec().code(), entry.length(), entry.id());
        byte[] packed = opener.open(label, stored, 0, stored.length);
        return new StoredEntry(entry.id(), packed, packed.length, entry.length(), entry.codec(), null);
    }

    private void requireContent(LocatedEntry located, byte[] stored) {
        byte[] content = new byte[PackLimits.CONTENT_BYTES_MAX];
        try (Unpacker unpacker = new Unpacker(packs)) {
            unpacker.unpack(located, ByteBuffer.wrap(stored), 0, content, 0);
        }
        Digest id = ids.of(content, 0, located.entry().length());
        if (!id.equals(located.entry().id())) {
            throw located.damaged(id.hex());
        }
    }
}
