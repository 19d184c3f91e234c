package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Reads chunks by the batch: what lies side by side in a pack comes by one request to the storage. Safe for use by
/// many threads; a batch is one thread's.
public final class ChunkFetch {
    private static final int REQUEST_BYTES_MAX = 1 << 20;

    private final PackReader packs;
    private final ContentIds ids;
    /// Room for what is stored, one for each thread that has read at the same time as others.
    private final Queue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

    public ChunkFetch(PackReader packs, ContentIds ids) {
        this.packs = packs;
        this.ids = ids;
    }

    private ByteBuffer room(int lengthBytes) {
        ByteBuffer known = idle.poll();
        return known == null || known.capacity() < lengthBytes ? ByteBuffer.allocateDirect(lengthBytes) : known;
    }

    /// What chunks are checked by.
    public ContentIds ids() {
        return ids;
    }

    public Batch batch() {
        return new Batch();
    }

    /// Where a part of a chunk's content goes: `length` bytes from `from` on to `target`, from `at` on.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Part(int from, int length, byte[] target, int at) {}

    private record Wanted(LocatedEntry located, Part part) {
        private PackId pack() {
            return located.place().pack();
        }
    }

    /// Chunks that are wanted, in any order; neighbours should come one after the other.
    public final class Batch {
        private final List<Wanted> run = new ArrayList<>();

        private Batch() {}

        /// Has the content brought where it is wanted, now or at the end; what is there after an error is not to be
        /// used. Content of another length is damaged.
        ///
        /// @param id what the content is checked by
        public void add(Place place, Digest id, int lengthBytes, Part part) {
            LocatedEntry located = packs.located(place, id);
            int found = located.entry().length();
            if (found != lengthBytes) {
                throw new DamagedException(located.name(), lengthBytes + " bytes", found + " bytes");
            }
            Wanted wanted = new Wanted(located, part);
            if (!run.isEmpty() && !follows(wanted)) {
                finish();
            }
            run.add(wanted);
        }

        private boolean follows(Wanted wanted) {
            Wanted last = run.getLast();
            return last.pack().equals(wanted.pack())
                    && last.located().end() == wanted.located().offset()
                    && wanted.located().end() - run.getFirst().located().offset() <= REQUEST_BYTES_MAX;
        }

        /// Fetches what is left.
        public void finish() {
            if (run.isEmpty()) {
                return;
            }
            LocatedEntry head = run.getFirst().located();
            int length = (int) (run.getLast().located().end() - head.offset());
            ByteBuffer room = room(length);
            try {
                packs.range(head.place().pack(), head.offset(), room.clear().limit(length));
                bring(room, head.offset());
            } finally {
                idle.add(room);
            }
            run.clear();
        }

        private void bring(ByteBuffer stored, long first) {
            try (Unpacker unpacker = new Unpacker(packs)) {
                for (Wanted wanted : run) {
                    bring(wanted, unpacker, stored, (int) (wanted.located().offset() - first));
                }
            }
        }

        private void bring(Wanted wanted, Unpacker unpacker, ByteBuffer stored, int at) {
            DirectoryEntry entry = wanted.located().entry();
            Part part = wanted.part();
            boolean isWhole = part.length() == entry.length();
            byte[] out = isWhole ? part.target() : new byte[entry.length()];
            int outAt = isWhole ? part.at() : 0;
            unpacker.unpack(wanted.located(), stored, at, out, outAt);
            Digest found = ids.of(out, outAt, entry.length());
            if (!found.equals(entry.id())) {
                throw wanted.located().damaged(found.hex());
            }
            if (!isWhole) {
                System.arraycopy(out, part.from(), part.target(), part.at(), part.length());
            }
        }
    }
}
