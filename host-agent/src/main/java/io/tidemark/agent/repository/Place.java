package io.tidemark.agent.repository;

/// Where something is stored: entry `entry` of a pack, from 0. A hint: what is found there is checked by its id.
public record Place(PackId pack, int entry) {
    public Place {
        if (entry < 0) {
            throw new IllegalArgumentException("Place in pack " + pack + ": expected an entry from 0, found " + entry);
        }
    }
}
