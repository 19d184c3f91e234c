package io.tidemark.agent.backup.nbd;

import io.tidemark.agent.backup.DiskSource;
import io.tidemark.agent.extent.DirtyMap;
import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.nbd.NbdClient;
import io.tidemark.agent.nbd.NbdReader;
import io.tidemark.agent.nbd.QemuNbdServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A disk behind an NBD export, with its dirty bitmap if one was named.
public final class NbdDiskSource implements DiskSource {
    private static final String ALLOCATION = "base:allocation";
    private static final String BITMAP = "qemu:dirty-bitmap:";
    /// NBD specification, "`base:allocation` metadata context": NBD_STATE_ZERO; a hole alone says nothing.
    private static final int STATE_ZERO = 2;
    /// QEMU `docs/interop/nbd.txt`: bit 0 of `qemu:dirty-bitmap` is set where the range is dirty.
    private static final int DIRTY = 1;

    private final NbdClient client;
    private final Address address;
    private final @Nullable String bitmap;
    /// The connection that asks the bitmap, while it does.
    private final AtomicReference<@Nullable NbdClient> asking = new AtomicReference<>();
    private volatile boolean isClosed;

    private NbdDiskSource(NbdClient client, Address address, @Nullable String bitmap) {
        this.client = client;
        this.address = address;
        this.bitmap = bitmap;
    }

    /// Where an export is served.
    public record Address(Path socket, String export) {}

    /// Opens the export for a full backup.
    public static NbdDiskSource open(Address address) throws IOException {
        return new NbdDiskSource(connected(address), address, null);
    }

    /// Opens the export for an incremental backup from the named dirty bitmap, which is looked for when it is
    /// asked.
    public static NbdDiskSource open(Address address, String bitmapName) throws IOException {
        return new NbdDiskSource(connected(address), address, BITMAP + bitmapName);
    }

    private static NbdClient connected(Address address) throws IOException {
        return NbdClient.connect(address.socket(), address.export(), List.of(ALLOCATION));
    }

    /// The image behind a server of its own, as soon as that serves.
    static NbdDiskSource open(QemuNbdServer server, Optional<String> bitmapName) throws IOException {
        return new NbdDiskSource(
                server.connect(ALLOCATION),
                new Address(server.socket(), ""),
                bitmapName.map(name -> BITMAP + name).orElse(null));
    }

    /// Opens an export of a running job, as [io.tidemark.agent.backup.DiskSources] does.
    public static DiskSource openExport(Path socket, String target, Optional<String> bitmap) throws IOException {
        var address = new Address(socket, target);
        return bitmap.isPresent() ? open(address, bitmap.get()) : open(address);
    }

    @Override
    public long sizeBytes() {
        return client.sizeBytes();
    }

    /// Asks on a connection of its own: on one that has both contexts each answer tells both, and QEMU would have
    /// to find out the allocation of the whole disk too.
    @Override
    public DirtyMap dirty() throws IOException {
        String context = bitmap;
        if (context == null) {
            throw new IllegalStateException("dirty extents: expected a source opened with a bitmap, found none");
        }
        try (NbdClient connection = NbdClient.connect(address.socket(), address.export(), List.of(context))) {
            asking.set(connection);
            if (isClosed) {
                throw new IOException("export " + address.export() + ": expected it open, found it closed");
            }
            var dirty = new DirtyMap(sizeBytes());
            connection.status(context, 0, sizeBytes(), (offset, length, flags) -> {
                if ((flags & DIRTY) != 0) {
                    dirty.add(offset, length);
                }
            });
            return dirty;
        } finally {
            asking.set(null);
        }
    }

    @Override
    public Allocation allocation(long offset, long length) throws IOException {
        ExtentMap map = client.status(ALLOCATION, offset, length);
        return new Allocation(
                map.where(flags -> (flags & STATE_ZERO) == 0), map.where(flags -> (flags & STATE_ZERO) != 0));
    }

    @Override
    public void read(ExtentMap wanted, Sink sink) throws IOException {
        client.read(wanted, new NbdReader() {
            @Override
            public void data(long offset, ByteBuffer bytes) throws IOException {
                sink.data(offset, bytes);
            }

            @Override
            public void zero(long offset, long length) throws IOException {
                sink.zero(offset, length);
            }
        });
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        NbdClient connection = asking.get();
        if (connection != null) {
            connection.close();
        }
        client.close();
    }
}
