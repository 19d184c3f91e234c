package io.tidemark.agent.repository.model;

import java.util.EnumSet;
import java.util.Set;

/// What is planted to show that the search would find it.
record Flaws(Set<Flaw> planted) {
    static final Flaws NONE = new Flaws(EnumSet.noneOf(Flaw.class));

    /// A rule of the protocol that is left out.
    enum Flaw {
        COLLECTION_WITHOUT_FENCE,
        COMMIT_AFTER_FENCE,
        FENCED_WRITER_PROVES_NOTHING,
        TOMBSTONE_NOT_LOOKED_AT,
        PACK_LOOKED_FOR_BEFORE_TOMBSTONE,
        TOMBSTONE_GONE_BEFORE_PACK,
        FENCE_BEFORE_TOMBSTONES,
        COLLECTION_WITHOUT_SECOND_LOOK,
        PACKS_OF_OPEN_SESSIONS_COLLECTED,
        OWN_RECORD_NOT_RECOGNISED,
        OLDER_ATTEMPT_COMMITS,
        CLOSED_SESSION_COMMITS,
        LOOKUP_BEFORE_SESSION,
        TOMBSTONE_OF_ANOTHER_REMOVED,
        READER_NOT_REGISTERED,
        READER_DOES_NOT_LOOK_FOR_PRUNES,
        /// The first idea: the parent is looked at when a session opens, and fences are obeyed.
        PARENT_NOT_LOOKED_AT_AT_COMMIT,
        /// So one that was pruned before the session opened will do.
        PARENT_NEVER_LOOKED_AT,
        REPACKED_BESIDE_A_WRITER,
        REPACKED_BESIDE_A_READER,
        REPACKED_BESIDE_ANOTHER_REPACK,
        CLOSED_REPACK_GOES_ON,
        REPACK_LOOKS_BEFORE_ITS_SESSION,
        /// A writer continues its parent as it was committed, wherever it lies since.
        OLD_LAYOUT_TAKEN_OVER;

        boolean isOfRepacks() {
            return compareTo(REPACKED_BESIDE_A_WRITER) >= 0;
        }
    }

    static Flaws of(Flaw flaw) {
        return new Flaws(EnumSet.of(flaw));
    }

    boolean has(Flaw flaw) {
        return planted.contains(flaw);
    }
}
