package io.tidemark.agent.restore.nbd;

import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.nbd.NbdClient;
import io.tidemark.agent.nbd.NbdReader;
import io.tidemark.agent.nbd.QemuNbdServer;
import io.tidemark.agent.restore.ImageTarget;
import java.io.IOException;
import java.nio.ByteBuffer;

/// An image behind a `qemu-nbd` of its own.
final class QemuNbdTarget implements ImageTarget {
    private static final String ALLOCATION = "base:allocation";
    /// NBD specification, "`base:allocation` metadata context": NBD_STATE_ZERO.
    private static final int STATE_ZERO = 2;

    private final QemuNbdServer server;
    private final NbdClient client;

    QemuNbdTarget(QemuNbdServer server) throws IOException {
        this.server = server;
        try {
            this.client = server.connect(ALLOCATION);
        } catch (IOException | RuntimeException e) {
            server.kill();
            throw e;
        }
    }

    @Override
    public long sizeBytes() {
        return client.sizeBytes();
    }

    @Override
    public void write(long offset, ByteBuffer bytes) throws IOException {
        client.write(offset, bytes);
    }

    @Override
    public void zero(long offset, long length) throws IOException {
        client.writeZeroes(offset, length);
    }

    @Override
    public void flush() throws IOException {
        client.flush();
    }

    @Override
    public ExtentMap maybeData(long offset, long length) throws IOException {
        return client.status(ALLOCATION, offset, length).where(flags -> (flags & STATE_ZERO) == 0);
    }

    @Override
    public void read(ExtentMap wanted, Reader reader) throws IOException {
        client.read(wanted, new NbdReader() {
            @Override
            public void data(long offset, ByteBuffer bytes) throws IOException {
                reader.data(offset, bytes);
            }

            @Override
            public void zero(long offset, long length) throws IOException {
                reader.zero(offset, length);
            }
        });
    }

    @Override
    public void complete() throws IOException {
        client.flush();
        client.close();
        server.awaitEnd();
    }

    @Override
    public void abort() {
        server.process().destroyForcibly();
        try {
            client.close();
        } catch (IOException _) {
            // the process is gone with its connection
        }
    }

    @Override
    public void close() {
        abort();
        server.kill();
    }
}
