package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;

/// An entry as its pack's directory tells of it.
///
/// @param offset where what is stored of it begins in the pack
record LocatedEntry(Place place, DirectoryEntry entry, long offset) {
    /// Behind what is stored of it.
    long end() {
        return offset + entry.storedLength();
    }

    DamagedException damaged(String found) {
        return new DamagedException(name(), entry.id().hex(), found);
    }

    String name() {
        return "entry " + place.entry() + " of pack " + place.pack();
    }
}
