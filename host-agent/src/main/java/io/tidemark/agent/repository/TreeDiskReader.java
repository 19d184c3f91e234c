package io.tidemark.agent.repository;

import io.tidemark.agent.repository.pack.ChunkFetch;
import io.tidemark.agent.repository.tree.Child;
import io.tidemark.agent.repository.tree.DiskTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Puts the chunks of one disk together as its tree says.
final class TreeDiskReader implements DiskReader {
    private final String name;
    private final DiskTree tree;
    private final ChunkFetch chunks;
    private final Runnable end;

    /// @param end is run by the first close
    TreeDiskReader(String name, DiskTree tree, ChunkFetch chunks, Runnable end) {
        this.name = name;
        this.tree = tree;
        this.chunks = chunks;
        this.end = end;
    }

    @Override
    public long sizeBytes() {
        return tree.sizeBytes();
    }

    private void requireWithin(long offset, byte[] room, int length) {
        if (offset < 0 || length < 0 || length > sizeBytes() - offset) {
            throw new IllegalArgumentException(
                    name + ": expected a range within " + sizeBytes() + " bytes, found " + length + " from " + offset);
        }
        if (length > room.length) {
            throw new IllegalArgumentException(
                    name + ": expected room for " + length + " bytes, found some for " + room.length);
        }
    }

    @Override
    public boolean isContent(long offset, byte[] bytes, int length) {
        requireWithin(offset, bytes, length);
        return length == 0 || compared(offset, bytes, length).isSame;
    }

    private Comparison compared(long offset, byte[] bytes, int length) {
        Comparison comparison = new Comparison(offset, bytes, length);
        tree.forEach(ChunkRange.touching(offset, length), comparison);
        return comparison;
    }

    /// Compares bytes with the chunks that it visits. Not final: whether all were the same so far.
    private final class Comparison implements DiskTree.Visitor {
        private final long offset;
        private final byte[] bytes;
        private final long end;
        private boolean isSame = true;

        private Comparison(long offset, byte[] bytes, int length) {
            this.offset = offset;
            this.bytes = bytes;
            this.end = offset + length;
        }

        @Override
        public void zero(ChunkRange range) {
            int to = at(Math.min(end, range.end() * Chunks.SIZE_BYTES));
            for (int at = at(Math.max(offset, range.first() * Chunks.SIZE_BYTES)); at < to; at++) {
                isSame &= bytes[at] == 0;
            }
        }

        private int at(long place) {
            return (int) (place - offset);
        }

        @Override
        public void chunk(long index, Child chunk) {
            long start = index * Chunks.SIZE_BYTES;
            int length = Chunks.lengthBytes(sizeBytes(), index);
            if (start >= offset && start + length <= end) {
                isSame = isSame && chunks.ids().of(bytes, at(start), length).equals(chunk.id());
                return;
            }
            long from = Math.max(offset, start);
            long to = Math.min(end, start + length);
            byte[] expected = new byte[(int) (to - from)];
            read(from, expected, expected.length);
            isSame = isSame && Arrays.equals(expected, 0, expected.length, bytes, at(from), at(to));
        }
    }

    @Override
    public void read(long offset, byte[] target, int length) {
        requireWithin(offset, target, length);
        if (length > 0) {
            var batch = chunks.batch();
            tree.forEach(ChunkRange.touching(offset, length), new DiskTree.Visitor() {
                @Override
                public void zero(ChunkRange range) {
                    long from = Math.max(offset, range.first() * Chunks.SIZE_BYTES);
                    long to = Math.min(offset + length, range.end() * Chunks.SIZE_BYTES);
                    Arrays.fill(target, (int) (from - offset), (int) (to - offset), (byte) 0);
                }

                @Override
                public void chunk(long index, Child chunk) {
                    long start = index * Chunks.SIZE_BYTES;
                    int from = (int) Math.max(0, offset - start);
                    int to = (int) Math.min(Chunks.lengthBytes(sizeBytes(), index), offset + length - start);
                    int at = (int) (start + from - offset);
                    batch.add(
                            chunk.place(),
                            chunk.id(),
                            Chunks.lengthBytes(sizeBytes(), index),
                            new ChunkFetch.Part(from, to - from, target, at));
                }
            });
            batch.finish();
        }
    }

    @Override
    public List<ChunkRange> zeroRanges() {
        List<ChunkRange> ranges = new ArrayList<>();
        tree.forEach(new ChunkRange(0, Chunks.count(sizeBytes())), new DiskTree.Visitor() {
            @Override
            public void zero(ChunkRange range) {
                ChunkRange last = ranges.isEmpty() ? null : ranges.getLast();
                if (last != null && last.end() == range.first()) {
                    ranges.set(ranges.size() - 1, new ChunkRange(last.first(), last.count() + range.count()));
                } else {
                    ranges.add(range);
                }
            }

            @Override
            public void chunk(long index, Child chunk) {
                // not zero
            }
        });
        return List.copyOf(ranges);
    }

    @Override
    public void close() {
        end.run();
    }
}
