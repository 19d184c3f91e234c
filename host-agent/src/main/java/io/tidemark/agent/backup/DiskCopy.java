package io.tidemark.agent.backup;

import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.WriteSession;
import io.tidemark.schemas.id.DiskId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/// Copies one disk into the write session: what the bitmap calls dirty, or all; the rest is kept as in the parent.
/// Only what the source itself calls zero is recorded without being read.
final class DiskCopy {
    /// The allocation map is asked for piece by piece, as that of a whole disk costs a second a TiB; a multiple of
    /// the granule.
    private static final long WINDOW_BYTES = 1L << 30;

    private final DiskSource source;
    private final WriteSession session;
    private final DiskId disk;
    private final ChunkAssembler chunks;
    private final LongConsumer progress;

    /// @param progress takes the length of each piece that is done, in bytes
    DiskCopy(DiskSource source, WriteSession session, DiskId disk, LongConsumer progress) {
        this.source = source;
        this.session = session;
        this.disk = disk;
        this.progress = progress;
        this.chunks = new ChunkAssembler(session, disk, source.sizeBytes(), progress);
    }

    /// Copies the whole disk; answers how many bytes lay in chunks that are not zero.
    long full() throws IOException {
        copy(new ExtentMap(List.of(new Extent(0, source.sizeBytes(), 0))));
        return chunks.dataBytes();
    }

    /// Copies the ranges, of whole granules, and keeps the rest.
    void increment(ExtentMap dirty) throws IOException {
        long clean = 0;
        for (Extent extent : dirty.extents()) {
            keep(clean, extent.offset());
            clean = extent.end();
        }
        keep(clean, source.sizeBytes());
        copy(dirty);
    }

    private void keep(long start, long end) {
        if (end > start) {
            session.keep(disk, ChunkRange.touching(start, end - start));
        }
    }

    private void copy(ExtentMap wanted) throws IOException {
        for (long start = 0; start < source.sizeBytes(); start += WINDOW_BYTES) {
            ExtentMap part = wanted.clip(start, WINDOW_BYTES);
            if (!part.extents().isEmpty()) {
                window(part);
            }
        }
        chunks.requireWhole();
    }

    private void window(ExtentMap wanted) throws IOException {
        long start = wanted.extents().getFirst().offset();
        long length = wanted.extents().getLast().end() - start;
        ExtentMap data = flagless(source.allocation(start, length).data())
                .aligned(ExtentMap.GRANULE_BYTES, source.sizeBytes())
                .intersect(wanted);
        zero(wanted, data);
        source.read(data, chunks);
    }

    /// Records what is wanted and holds no data as zero.
    private void zero(ExtentMap wanted, ExtentMap data) {
        for (Extent extent : wanted.extents()) {
            long at = extent.offset();
            for (Extent read : data.clip(extent.offset(), extent.length()).extents()) {
                zero(at, read.offset());
                at = read.end();
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
    static ExtentMap flagless(ExtentMap map) {
        List<Extent> plain = new ArrayList<>();
        map.extents().forEach(extent -> plain.add(new Extent(extent.offset(), extent.length(), 0)));
        return new ExtentMap(plain);
    }
}
