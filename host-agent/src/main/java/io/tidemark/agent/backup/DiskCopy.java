package io.tidemark.agent.backup;

import io.tidemark.agent.extent.DirtyMap;
import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.WriteSession;
import io.tidemark.schemas.id.DiskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/// Copies one disk into the write session: what the bitmap calls dirty, or all; the rest is kept as in the parent.
/// Only what the source itself calls zero is recorded without being read.
public final class DiskCopy {
    /// The allocation map is asked for piece by piece, as that of a whole disk costs a second a TiB; a multiple of
    /// the granule.
    private static final long WINDOW_BYTES = 1L << 30;

    private final DiskSource source;
    private final WriteSession session;
    private final DiskId disk;
    private final ChunkAssembler chunks;
    private final LongConsumer progress;

    /// @param progress takes the length of each piece that is done, in bytes
    public DiskCopy(DiskSource source, WriteSession session, DiskId disk, LongConsumer progress) {
        this.source = source;
        this.session = session;
        this.disk = disk;
        this.progress = progress;
        this.chunks = new ChunkAssembler(new Put(session, disk), source.sizeBytes(), progress);
    }

    private record Put(WriteSession session, DiskId disk) implements ChunkAssembler.WholeChunks {
        @Override
        public void chunk(long index, ByteBuffer bytes) {
            session.putChunk(disk, index, bytes);
        }

        @Override
        public void zero(ChunkRange range) {
            session.putZero(disk, range);
        }
    }

    /// Copies the whole disk; answers how many bytes lay in chunks that are not zero.
    public long full() throws IOException {
        long size = source.sizeBytes();
        for (long start = 0; start < size; start += WINDOW_BYTES) {
            copyWindow(new ExtentMap(List.of(new Extent(start, Math.min(WINDOW_BYTES, size - start), 0))));
        }
        chunks.requireWhole();
        return chunks.dataBytes();
    }

    /// Copies the dirty granules, and keeps the rest.
    ///
    /// @param seed chooses what of the rest is compared with the parent
    void increment(DirtyMap dirty, long seed) throws IOException, WrongBase {
        if (!new CleanLook(source, session, disk).isAsItWas(dirty, seed)) {
            throw new WrongBase(disk);
        }
        dirty.forEachCleanRun((offset, length) -> session.keep(disk, ChunkRange.touching(offset, length)));
        for (long start = 0; start < source.sizeBytes(); start += WINDOW_BYTES) {
            copyWindow(dirty.within(start, WINDOW_BYTES));
        }
        chunks.requireWhole();
    }

    private void copyWindow(ExtentMap wanted) throws IOException {
        if (wanted.extents().isEmpty()) {
            return;
        }
        long start = wanted.extents().getFirst().offset();
        long length = wanted.extents().getLast().end() - start;
        ExtentMap data = flagless(source.allocation(start, length).data())
                .aligned(ExtentMap.GRANULE_BYTES, source.sizeBytes())
                .intersect(wanted);
        zero(wanted, data);
        source.read(data, chunks);
    }

    /// Records what is wanted and holds no data as zero. Each extent of data lies within a wanted one.
    private void zero(ExtentMap wanted, ExtentMap data) {
        int next = 0;
        for (Extent extent : wanted.extents()) {
            long at = extent.offset();
            for (; next < data.extents().size() && data.extents().get(next).offset() < extent.end(); next++) {
                zero(at, data.extents().get(next).offset());
                at = data.extents().get(next).end();
            }
            zero(at, extent.end());
        }
    }

    private void zero(long start, long end) {
        if (end > start) {
            session.putZero(disk, ChunkRange.touching(start, end - start));
            progress.accept(end - start);
        }
    }

    /// The same bytes with equal flags, so that neighbours are one.
    private static ExtentMap flagless(ExtentMap map) {
        List<Extent> plain = new ArrayList<>();
        map.extents().forEach(extent -> plain.add(new Extent(extent.offset(), extent.length(), 0)));
        return new ExtentMap(plain);
    }
}
