package io.tidemark.agent.backup.nbd;

import io.tidemark.agent.backup.DiskSource;
import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.nbd.NbdClient;
import io.tidemark.agent.nbd.NbdReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
    private final @Nullable String bitmap;

    private NbdDiskSource(NbdClient client, @Nullable String bitmap) {
        this.client = client;
        this.bitmap = bitmap;
    }

    /// Where an export is served.
    public record Address(Path socket, String export) {}

    /// Opens the export for a full backup.
    public static NbdDiskSource open(Address address) throws IOException {
        return new NbdDiskSource(
                NbdClient.connect(address.socket(), address.export(), List.of(ALLOCATION)), null);
    }

    /// Opens the export for an incremental backup from the named dirty bitmap.
    public static NbdDiskSource open(Address address, String bitmapName) throws IOException {
        String context = BITMAP + bitmapName;
        return new NbdDiskSource(
                NbdClient.connect(address.socket(), address.export(), List.of(ALLOCATION, context)), context);
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

    @Override
    public ExtentMap dirty() throws IOException {
        if (bitmap == null) {
            throw new IllegalStateException("dirty extents: expected a source opened with a bitmap, found none");
        }
        return client.status(bitmap, 0, sizeBytes()).where(flags -> (flags & DIRTY) != 0);
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
        client.close();
    }
}
