package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.ChunkRange;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a write session has said of each chunk of a disk: two bits a chunk where neighbours differ, next to nothing
/// where they do not. One thread at a time.
final class ChunkWords {
    enum Word {
        UNSET(0),
        ZERO(1),
        KEEP(2),
        PUT(3);

        private final int code;

        Word(int code) {
            this.code = code;
        }
    }

    private static final Word[] WORDS = Word.values();
    private static final int PAGE_CHUNKS = 4096;
    private static final int CELL_CHUNKS = Long.SIZE / 2;
    private static final long ONE_IN_EACH = 0x5555_5555_5555_5555L;

    private final long count;
    /// What a page says that has no cells.
    private final byte[] uniform;
    private final long[] @Nullable [] cells;

    ChunkWords(long count) {
        this.count = count;
        int pages = Math.toIntExact(Math.ceilDiv(count, PAGE_CHUNKS));
        this.uniform = new byte[pages];
        this.cells = new long[pages][];
    }

    void set(ChunkRange range, Word word) {
        long at = range.first();
        while (at < range.end()) {
            int page = (int) (at / PAGE_CHUNKS);
            long pageEnd = Math.min((page + 1L) * PAGE_CHUNKS, count);
            long end = Math.min(range.end(), pageEnd);
            if (at == (long) page * PAGE_CHUNKS && end == pageEnd) {
                uniform[page] = (byte) word.code;
                cells[page] = null;
            } else {
                setWithin(page, (int) (at % PAGE_CHUNKS), (int) (end - (long) page * PAGE_CHUNKS), word);
            }
            at = end;
        }
    }

    private void setWithin(int page, int from, int to, Word word) {
        long[] known = cells[page];
        if (known == null) {
            if (uniform[page] == word.code) {
                return;
            }
            known = new long[PAGE_CHUNKS / CELL_CHUNKS];
            Arrays.fill(known, ONE_IN_EACH * uniform[page]);
            cells[page] = known;
        }
        int at = from;
        while (at < to) {
            int cell = at / CELL_CHUNKS;
            int end = Math.min(to, (cell + 1) * CELL_CHUNKS);
            long meant = bits(at, end);
            known[cell] = (known[cell] & ~meant) | (ONE_IN_EACH * word.code & meant);
            at = end;
        }
    }

    /// The bits of some chunks in their cell.
    ///
    /// @param end behind the last, at most the first of the next cell
    private static long bits(int from, int end) {
        int before = from % CELL_CHUNKS;
        int behind = CELL_CHUNKS - before - (end - from);
        return (-1L << (2 * before)) & (-1L >>> (2 * behind));
    }

    Word get(long index) {
        int page = (int) (index / PAGE_CHUNKS);
        long[] known = cells[page];
        int at = (int) (index % PAGE_CHUNKS);
        int shift = at % CELL_CHUNKS * 2;
        return WORDS[known == null ? uniform[page] : (int) ((known[at / CELL_CHUNKS] >>> shift) & 3)];
    }

    /// The word of all chunks of the range, null if they differ.
    @Nullable
    Word common(ChunkRange range) {
        Word word = get(range.first());
        return firstOther(range, word) == range.end() ? word : null;
    }

    /// Whether any chunk of the range has the word.
    boolean has(ChunkRange range, Word word) {
        long at = range.first();
        while (at < range.end() && get(at) != word) {
            at = firstOther(new ChunkRange(at, range.end() - at), get(at));
        }
        return at < range.end();
    }

    /// The first chunk of the range with another word than this; its end if there is none.
    long firstOther(ChunkRange range, Word word) {
        long at = range.first();
        while (at < range.end()) {
            int page = (int) (at / PAGE_CHUNKS);
            long end = Math.min(range.end(), (page + 1L) * PAGE_CHUNKS);
            if (cells[page] == null) {
                if (uniform[page] != word.code) {
                    return at;
                }
                at = end;
            } else {
                at = firstOtherWithin(page, at, end, word);
                if (at < end) {
                    return at;
                }
            }
        }
        return range.end();
    }

    private long firstOtherWithin(int page, long from, long end, Word word) {
        long first = (long) page * PAGE_CHUNKS;
        long[] known = Objects.requireNonNull(cells[page]);
        int at = (int) (from - first);
        int to = (int) (end - first);
        while (at < to) {
            int cell = at / CELL_CHUNKS;
            int cellEnd = Math.min(to, (cell + 1) * CELL_CHUNKS);
            long others = (known[cell] ^ (ONE_IN_EACH * word.code)) & bits(at, cellEnd);
            if (others != 0) {
                return first + (long) cell * CELL_CHUNKS + Long.numberOfTrailingZeros(others) / 2;
            }
            at = cellEnd;
        }
        return end;
    }

    /// The first chunk that was never spoken of; the count if there is none.
    long firstUnset() {
        long at = 0;
        while (at < count && get(at) != Word.UNSET) {
            at = firstOther(new ChunkRange(at, count - at), get(at));
        }
        return at;
    }
}
