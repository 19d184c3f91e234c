package io.tidemark.agent.qcow2;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// An image that is read as the file or block device that it is: no lock is taken, nothing is written, and QEMU is
/// not asked. So it shows an image at rest as it is; beside a QEMU that has it open it shows what that has last
/// written there, and bitmaps that are in use. Who must know that nobody wrote meanwhile compares what the file
/// system says of the file before and afterwards.
///
/// Whatever the bytes say, memory stays below some MiB, and what they say is checked against the size of the file
/// and the limits of QEMU before it is believed. For one thread.
public final class Qcow2Image implements Closeable {
    private static final int TYPE = 0xf000;
    private static final int BLOCK_DEVICE = 0x6000;

    private final ImageBytes bytes;
    private final Closeable source;
    private final Qcow2Header header;

    Qcow2Image(ImageBytes bytes, Closeable source) throws IOException {
        this.bytes = bytes;
        this.source = source;
        this.header = HeaderReader.read(bytes);
    }

    /// [Qcow2Exception] if it is no qcow2 image, or one that is not read here.
    public static Qcow2Image open(Path image) throws IOException {
        requireStorage(image);
        FileChannel file = FileChannel.open(image, StandardOpenOption.READ);
        try {
            return new Qcow2Image(new ImageBytes(image.toString(), ImageBytes.of(file)), file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// The open of a pipe would wait for who writes to it.
    private static void requireStorage(Path image) throws IOException {
        boolean isBlockDevice =
                Files.getAttribute(image, "unix:mode") instanceof Integer mode && (mode & TYPE) == BLOCK_DEVICE;
        if (!isBlockDevice && !Files.isRegularFile(image)) {
            throw new Qcow2Exception.Unsupported("image " + image + ": expected a file or block device, found neither");
        }
    }

    public Qcow2Header header() {
        return header;
    }

    /// The image's bitmaps in the order of its directory, each name once. None where the header says that they
    /// prove nothing.
    public List<Qcow2Bitmap> bitmaps() throws IOException {
        return header.bitmaps().isEmpty()
                ? List.of()
                : BitmapDirectory.read(
                        bytes, header.clusterBytes(), header.bitmaps().get());
    }

    /// What one of them names. Read as it goes: each step may throw what [#open] may. The image must stay open
    /// meanwhile.
    ///
    /// @param bitmap one of [#bitmaps]; of one in use the runs prove nothing
    public DirtyRuns dirty(Qcow2Bitmap bitmap) throws IOException {
        return new StoredRuns(bytes, header, bitmap);
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
