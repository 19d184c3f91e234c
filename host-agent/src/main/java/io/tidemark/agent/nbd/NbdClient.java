package io.tidemark.agent.nbd;

import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A connection to one export. One thread uses it; `close` may come from any and ends what runs. After any
/// failure but `NbdRequestException` it is closed. It has no time limit of its own.
public final class NbdClient implements AutoCloseable {
    private final SocketChannel channel;
    private final NbdOptions.Export export;
    private final NbdTransmission transmission;
    private final NbdWrites writes;

    private NbdClient(SocketChannel channel, NbdOptions.Export export, NbdWire wire) {
        this.channel = channel;
        this.export = export;
        this.transmission = new NbdTransmission(wire);
        this.writes = new NbdWrites(wire, export.flags());
    }

    /// Connects and negotiates; an export without one of the contexts is `NbdUnsupportedException`.
    public static NbdClient connect(Path socket, String export, List<String> contexts) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        try {
            NbdWire wire = new NbdWire(channel);
            NbdHandshake.greet(wire);
            return new NbdClient(channel, new NbdOptions(wire).negotiate(export, contexts), wire);
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    public long sizeBytes() {
        return export.size();
    }

    /// Flags of the context for every byte of the range, as a map in memory: for a range of some GiB at most.
    public ExtentMap status(String context, long offset, long length) throws IOException {
        List<Extent> extents = new ArrayList<>();
        status(context, offset, length, (at, part, flags) -> extents.add(new Extent(at, part, flags)));
        return new ExtentMap(extents);
    }

    /// Flags of the context for every byte of the range: NBD specification, `NBD_CMD_BLOCK_STATUS`.
    public void status(String context, long offset, long length, NbdExtentReader reader) throws IOException {
        Integer id = export.contexts().get(context);
        if (id == null) {
            throw new IllegalArgumentException("context: expected one of " + export.contexts() + ", found " + context);
        }
        requireWithin(offset, length);
        guarded(() -> {
            writes.drain();
            transmission.status(id, offset, length, reader);
            return reader;
        });
    }

    /// Reads all of `wanted`, 16 requests of 256 KiB in flight; each byte reaches `reader` once, or this fails.
    public void read(ExtentMap wanted, NbdReader reader) throws IOException {
        guarded(() -> {
            writes.drain();
            transmission.read(wanted, reader);
            return wanted;
        });
    }

    /// Sends a write of what `bytes` has left and returns when it is sent: the buffer is free again. Up to 16 are
    /// in flight, so a refusal shows in a later call, at the latest in `flush`.
    public void write(long offset, ByteBuffer bytes) throws IOException {
        requireWithin(offset, bytes.remaining());
        guarded(() -> {
            writes.write(offset, bytes);
            return bytes;
        });
    }

    /// Makes a range zero, without sending zeros; in flight as `write`.
    public void writeZeroes(long offset, long length) throws IOException {
        requireWithin(offset, length);
        guarded(() -> {
            writes.zero(offset, length);
            return length;
        });
    }

    /// Waits for every write sent, then for the server to have them on stable storage.
    public void flush() throws IOException {
        guarded(() -> {
            writes.flush();
            return writes;
        });
    }

    private void requireWithin(long offset, long length) {
        if (offset < 0 || length < 0 || offset > sizeBytes() - length) {
            throw new IllegalArgumentException(
                    "range: expected within " + sizeBytes() + ", found " + offset + "+" + length);
        }
    }

    private <T> T guarded(Exchange<T> exchange) throws IOException {
        try {
            return exchange.run();
        } catch (NbdRequestException refusal) {
            throw refusal;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    private interface Exchange<T> {
        T run() throws IOException;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
