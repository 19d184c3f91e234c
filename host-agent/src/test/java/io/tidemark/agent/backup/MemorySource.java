package io.tidemark.agent.backup;

import io.tidemark.agent.extent.DirtyMap;
import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A disk in memory that comes in pieces which begin and end within chunks, and whose read hangs if the domain says
/// so.
final class MemorySource implements DiskSource {
    private static final int PIECE_BYTES = 100_000;
    private static final int HANG_SECONDS_MAX = 20;

    private final ScriptedDomain domain;
    private final byte[] bytes;
    private final Optional<DirtyMap> dirty;
    private final CountDownLatch closed = new CountDownLatch(1);

    MemorySource(ScriptedDomain domain, byte[] bytes, Optional<DirtyMap> dirty) {
        this.domain = domain;
        this.bytes = bytes;
        this.dirty = dirty;
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public DirtyMap dirty() {
        return dirty.orElseThrow(() -> new IllegalStateException("no bitmap"));
    }

    @Override
    public Allocation allocation(long offset, long length) throws IOException {
        requireOpen();
        List<Extent> data = new ArrayList<>();
        List<Extent> zero = new ArrayList<>();
        int sector = 512;
        for (long at = offset; at < offset + length; at += sector) {
            int part = (int) Math.min(sector, offset + length - at);
            (isZero(at, part) ? zero : data).add(new Extent(at, part, 0));
        }
        return new Allocation(new ExtentMap(data), new ExtentMap(zero));
    }

    private boolean isZero(long offset, int length) {
        for (int at = (int) offset; at < offset + length; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void read(ExtentMap wanted, Sink sink) throws IOException {
        for (Extent extent : wanted.extents()) {
            for (long at = extent.offset(); at < extent.end(); at += PIECE_BYTES) {
                hang();
                requireOpen();
                int length = (int) Math.min(PIECE_BYTES, extent.end() - at);
                if (isZero(at, length)) {
                    sink.zero(at, length);
                } else {
                    sink.data(at, ByteBuffer.wrap(bytes, (int) at, length));
                }
            }
        }
    }

    private void hang() throws IOException {
        try {
            if (domain.isReadingHung && !closed.await(HANG_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("expected a close of the hung read, found none");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void requireOpen() throws IOException {
        if (closed.getCount() == 0) {
            throw new IOException("source is closed");
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
