package io.tidemark.orchestrator.export;

import java.util.Set;

/// Where an export stands. Each state holds exactly the facts that are true in it.
public sealed interface ExportState {
    /// Nothing of it has come.
    record Asked() implements ExportState {}

    /// Pages of it are kept, all of them with one digest.
    ///
    /// @param digest of the text of all pages, as each says
    /// @param pages how many there are
    /// @param kept the numbers of those that have come, from 1
    record Arriving(String digest, int pages, Set<Integer> kept) implements ExportState {
        public Arriving {
            kept = Set.copyOf(kept);
        }

        boolean isWhole() {
            return kept.size() == pages;
        }
    }

    /// All pages are kept, and their text has the digest.
    record Complete(String digest, int pages) implements ExportState {}

    /// There will be none.
    record Failed(String why) implements ExportState {}
}
