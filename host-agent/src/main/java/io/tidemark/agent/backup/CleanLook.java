package io.tidemark.agent.backup;

import io.tidemark.agent.extent.DirtyMap;
import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.WriteSession;
import io.tidemark.schemas.id.DiskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Reads a few of the chunks that a bitmap calls clean and compares them with the parent's. A difference means that
/// something has written past the bitmap, and nothing that it says can be believed. Which ones changes from backup
/// to backup; a disk of 2 TiB with one wrong chunk is caught after half a million increments, one that was replaced
/// by another at once.
final class CleanLook {
    private static final int WINDOWS = 16;
    private static final int WINDOW_GRANULES = 4;

    private final DiskSource source;
    private final WriteSession session;
    private final DiskId disk;

    CleanLook(DiskSource source, WriteSession session, DiskId disk) {
        this.source = source;
        this.session = session;
        this.disk = disk;
    }

    /// Whether all that was looked at is as it was.
    ///
    /// @param seed chooses what is looked at
    boolean isAsItWas(DirtyMap dirty, long seed) throws IOException {
        ExtentMap wanted = wanted(dirty, seed);
        var comparison = new Comparison();
        if (!wanted.extents().isEmpty()) {
            var chunks = new ChunkAssembler(comparison, source.sizeBytes(), _ -> {});
            source.read(wanted, chunks);
            chunks.requireWhole();
        }
        return comparison.isSame;
    }

    /// Whole granules, in rising order, that are not dirty.
    private ExtentMap wanted(DirtyMap dirty, long seed) {
        long granule = ExtentMap.GRANULE_BYTES;
        long granules = Math.ceilDiv(source.sizeBytes(), granule);
        long stride = Math.max(WINDOW_GRANULES, granules / WINDOWS);
        List<Extent> wanted = new ArrayList<>();
        for (long first = Math.floorMod(seed, stride) - stride; first < granules; first += stride) {
            for (long at = Math.max(first, 0); at < Math.min(first + WINDOW_GRANULES, granules); at++) {
                long offset = at * granule;
                if (dirty.within(offset, granule).extents().isEmpty()) {
                    wanted.add(new Extent(offset, Math.min(granule, source.sizeBytes() - offset), 0));
                }
            }
        }
        return new ExtentMap(wanted);
    }

    /// One thread; not final: becomes false with the first difference.
    private final class Comparison implements ChunkAssembler.WholeChunks {
        private boolean isSame = true;

        @Override
        public void chunk(long index, ByteBuffer bytes) {
            isSame &= session.isAsInParent(disk, index, bytes);
        }

        @Override
        public void zero(ChunkRange range) {
            for (long index = range.first(); index < range.end(); index++) {
                isSame &= session.isAsInParent(
                        disk, index, ByteBuffer.allocate(Chunks.lengthBytes(source.sizeBytes(), index)));
            }
        }
    }
}
