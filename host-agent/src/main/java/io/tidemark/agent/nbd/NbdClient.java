package io.tidemark.agent.nbd;

import io.tidemark.agent.extent.ExtentMap;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/// A connection to one export. One thread uses it; `close` may come from any and ends what runs. After any
/// failure but `NbdRequestException` it is closed. It has no time limit of its own.
public final class NbdClient implements AutoCloseable {
    private final SocketChannel channel;
    private final NbdOptions.Export export;
    private final NbdTransmission transmission;

    private NbdClient(SocketChannel channel, NbdOptions.Export export, NbdTransmission transmission) {
        this.channel = channel;
        this.export = export;
        this.transmission = transmission;
    }

    /// Connects and negotiates; an export without one of the contexts is `NbdUnsupportedException`.
    public static NbdClient connect(Path socket, String export, List<String> contexts) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        try {
            NbdWire wire = new NbdWire(channel);
            NbdHandshake.greet(wire);
            return new NbdClient(
                    channel, new NbdOptions(wire).negotiate(export, contexts), new NbdTransmission(wire));
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    public long sizeBytes() {
        return export.size();
    }

    /// Flags of the context for every byte of the range: NBD specification, `NBD_CMD_BLOCK_STATUS`.
    public ExtentMap status(String context, long offset, long length) throws IOException {
        Integer id = export.contexts().get(context);
        if (id == null) {
            throw new IllegalArgumentException("context: expected one of " + export.contexts() + ", found " + context);
        }
        if (offset < 0 || length < 0 || offset > sizeBytes() - length) {
            throw new IllegalArgumentException(
                    "range: expected within " + sizeBytes() + ", found " + offset + "+" + length);
        }
        try {
            return transmission.status(id, offset, length);
        } catch (NbdRequestException refusal) {
            throw refusal;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /// Reads all of `wanted`, 16 requests of 256 KiB in flight; each byte reaches `reader` once, or this fails.
    public void read(ExtentMap wanted, NbdReader reader) throws IOException {
        try {
            transmission.read(wanted, reader);
        } catch (NbdRequestException refusal) {
            throw refusal;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
