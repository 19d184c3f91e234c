package io.tidemark.agent.backup;

import io.tidemark.agent.extent.DirtyMap;
import io.tidemark.agent.extent.ExtentMap;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A disk that is read no faster than its VM's and its host's rates allow. What is said to be zero costs nothing.
///
/// @param stop ends a wait
record PacedSource(DiskSource source, ReadRate vm, ReadRate host, BackupStop stop) implements DiskSource {
    @Override
    public long sizeBytes() {
        return source.sizeBytes();
    }

    @Override
    public DirtyMap dirty() throws IOException {
        return source.dirty();
    }

    @Override
    public Allocation allocation(long offset, long length) throws IOException {
        return source.allocation(offset, length);
    }

    @Override
    public void read(ExtentMap wanted, Sink sink) throws IOException {
        source.read(wanted, new Sink() {
            @Override
            public void data(long offset, ByteBuffer bytes) throws IOException {
                int length = bytes.remaining();
                sink.data(offset, bytes);
                stop.pause(Math.max(vm.waitNanos(length), host.waitNanos(length)));
            }

            @Override
            public void zero(long offset, long length) throws IOException {
                sink.zero(offset, length);
            }
        });
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
