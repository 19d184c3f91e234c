package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads chunks by the batch: what lies side by side in a pack comes by one request to the storage. Safe for use by
/// many threads; a batch is one thread's.
public final class ChunkFetch {
    private static final int REQUEST_BYTES_MAX = 1 << 20;

    private final PackReader packs;
    private final ContentIds ids;

    public ChunkFetch(PackReader packs, ContentIds ids) {
        this.packs = packs;
        this.ids = ids;
    }

    public Batch batch() {
        return new Batch();
    }

    private record Wanted(Place place, DirectoryEntry entry, long offset, Consumer<byte[]> user) {
        private long end() {
            return offset + entry.storedLength();
        }
    }

    /// Chunks that are wanted, in any order; neighbours should come one after the other.
    public final class Batch {
        private final List<Wanted> run = new ArrayList<>();

        private Batch() {}

        /// Hands the content to the user, now or at the end. Content of another length is damaged.
        ///
        /// @param id what the content is checked by
        public void add(Place place, Digest id, int lengthBytes, Consumer<byte[]> user) {
            DirectoryEntry entry = packs.entry(place, id);
            if (entry.length() != lengthBytes) {
                throw new DamagedException(
                        "entry " + place.entry() + " of pack " + place.pack(),
                        lengthBytes + " bytes",
                        entry.length() + " bytes");
            }
            Wanted wanted =
                    new Wanted(place, entry, packs.directory(place.pack()).offset(place.entry()), user);
            if (!run.isEmpty() && !follows(wanted)) {
                finish();
            }
            run.add(wanted);
        }

        private boolean follows(Wanted wanted) {
            Wanted last = run.getLast();
            return last.place().pack().equals(wanted.place().pack())
                    && last.end() == wanted.offset()
                    && wanted.end() - run.getFirst().offset() <= REQUEST_BYTES_MAX;
        }

        /// Fetches what is left.
        public void finish() {
            if (run.isEmpty()) {
                return;
            }
            PackId pack = run.getFirst().place().pack();
            long first = run.getFirst().offset();
            byte[] stored = packs.range(pack, first, (int) (run.getLast().end() - first));
            for (Wanted wanted : run) {
                byte[] content =
                        packs.unpacked(wanted.place(), wanted.entry(), stored, (int) (wanted.offset() - first));
                Digest found = ids.of(content);
                if (!found.equals(wanted.entry().id())) {
                    throw PackReader.damaged(wanted.place(), wanted.entry(), found.hex());
                }
                wanted.user().accept(content);
            }
            run.clear();
        }
    }
}
