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
        List<Extent> window = new ArrayList<>();
        long end = 0;
        for (Extent extent : wanted.extents()) {
            for (long at = extent.offset(); at < extent.end(); ) {
                if (at >= end) {
                    copyWindow(window);
                    window.clear();
                    end = at - at % WINDOW_BYTES + WINDOW_BYTES;
                }
                long part = Math.min(extent.end(), end) - at;
                window.add(new Extent(at, part, 0));
                at += part;
            }
        }
        copyWindow(window);
        chunks.requireWhole();
    }

    private void copyWindow(List<Extent> window) throws IOException {
        if (window.isEmpty()) {
            return;
        }
        ExtentMap wanted = new ExtentMap(window);
        long start = window.getFirst().offset();
        long length = window.getLast().end() - start;
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
    static ExtentMap flagless(ExtentMap map) {
        List<Extent> plain = new ArrayList<>();
        map.extents().forEach(extent -> plain.add(new Extent(extent.offset(), extent.length(), 0)));
        return new ExtentMap(plain);
    }
}
