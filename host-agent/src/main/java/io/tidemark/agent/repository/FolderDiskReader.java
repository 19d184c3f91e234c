package io.tidemark.agent.repository;

import io.tidemark.agent.repository.pack.ChunkEntry;
import io.tidemark.agent.repository.pack.ChunkMap;
import io.tidemark.agent.repository.pack.PackReader;
import java.util.ArrayList;
import java.util.List;

/// Puts the chunks of one disk together as its map says.
final class FolderDiskReader implements DiskReader {
    private final String name;
    private final long sizeBytes;
    private final ChunkMap map;
    private final PackReader packs;

    FolderDiskReader(String name, long sizeBytes, ChunkMap map, PackReader packs) {
        this.name = name;
        this.sizeBytes = sizeBytes;
        this.map = map;
        this.packs = packs;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public byte[] read(long offset, int length) {
        if (offset < 0 || length < 0 || length > sizeBytes - offset) {
            throw new IllegalArgumentException(
                    name + ": expected a range within " + sizeBytes + " bytes, found " + length + " from " + offset);
        }
        byte[] bytes = new byte[length];
        if (length > 0) {
            map.forEach(ChunkRange.touching(offset, length), (index, entry) -> {
                int chunkLength = Chunks.lengthBytes(sizeBytes, index);
                byte[] chunk = packs.read(name + " chunk " + index, entry, chunkLength);
                long start = index * Chunks.SIZE_BYTES;
                int from = (int) Math.max(0, offset - start);
                int to = (int) Math.min(chunkLength, offset + length - start);
                System.arraycopy(chunk, from, bytes, (int) (start + from - offset), to - from);
            });
        }
        return bytes;
    }

    @Override
    public List<ChunkRange> zeroRanges() {
        List<ChunkRange> ranges = new ArrayList<>();
        map.forEach(new ChunkRange(0, map.count()), (index, entry) -> {
            if (entry.kind() != ChunkEntry.Kind.ZERO) {
                return;
            }
            ChunkRange last = ranges.isEmpty() ? null : ranges.getLast();
            if (last != null && last.end() == index) {
                ranges.set(ranges.size() - 1, new ChunkRange(last.first(), last.count() + 1));
            } else {
                ranges.add(new ChunkRange(index, 1));
            }
        });
        return List.copyOf(ranges);
    }

    @Override
    public void close() {
        map.close();
        packs.close();
    }
}
