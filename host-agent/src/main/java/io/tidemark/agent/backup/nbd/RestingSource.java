package io.tidemark.agent.backup.nbd;

import io.tidemark.agent.backup.DiskSource;
import io.tidemark.agent.extent.DirtyMap;
import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.nbd.QemuNbdServer;
import java.io.IOException;

/// An image behind a server of its own, which ends with it.
record RestingSource(NbdDiskSource disk, QemuNbdServer server) implements DiskSource {
    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public DirtyMap dirty() throws IOException {
        return disk.dirty();
    }

    @Override
    public Allocation allocation(long offset, long length) throws IOException {
        return disk.allocation(offset, length);
    }

    @Override
    public void read(ExtentMap wanted, Sink sink) throws IOException {
        disk.read(wanted, sink);
    }

    @Override
    public void close() throws IOException {
        try {
            disk.close();
        } finally {
            server.kill();
        }
    }
}
