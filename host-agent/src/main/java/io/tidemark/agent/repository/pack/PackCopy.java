package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.crypto.EntryLabel;
import io.tidemark.agent.repository.crypto.PackOpener;
import io.tidemark.agent.repository.crypto.RepositoryKeys;

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
        byte[] stored = packs.range(pack, directory.offset(number), entry.storedLength());
        Digest found = Digest.of(stored);
        if (!found.equals(entry.stored())) {
            throw PackReader.damaged(place, entry, "stored bytes with the digest " + found);
        }
        Digest id = ids.of(packs.unpacked(place, entry, stored, 0));
        if (!id.equals(entry.id())) {
            throw PackReader.damaged(place, entry, id.hex());
        }
        var label = new EntryLabel(pack, number, entry.codec().code(), entry.length(), entry.id());
        byte[] packed = opener.open(label, stored, 0, stored.length);
        return new StoredEntry(id, packed, packed.length, entry.length(), entry.codec());
    }
}
