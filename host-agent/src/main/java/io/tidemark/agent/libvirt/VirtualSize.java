package io.tidemark.agent.libvirt;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/// How big the guest sees an image, read from the image itself: QEMU is not asked for what a file says. Source of
/// the layout: QEMU, `docs/interop/qcow2.txt`, "Header".
final class VirtualSize {
    private static final int QCOW2_MAGIC = 0x514649fb;
    private static final int SIZE_AT = 24;
    /// QEMU shows whole sectors.
    private static final int SECTOR_BYTES = 512;

    private VirtualSize() {}

    /// In bytes; empty if the image cannot be read, or has a format other than `qcow2` and `raw`.
    static OptionalLong of(Path image, String format) {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ)) {
            return switch (format) {
                case "raw" -> OptionalLong.of(Math.ceilDiv(file.size(), SECTOR_BYTES) * SECTOR_BYTES);
                case "qcow2" -> inHeader(file);
                default -> OptionalLong.empty();
            };
        } catch (IOException unreadable) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong inHeader(FileChannel file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(SIZE_AT + Long.BYTES);
        while (header.hasRemaining()) {
            if (file.read(header, header.position()) < 0) {
                throw new EOFException("expected a qcow2 header, found " + header.position() + " bytes");
            }
        }
        return header.getInt(0) == QCOW2_MAGIC ? OptionalLong.of(header.getLong(SIZE_AT)) : OptionalLong.empty();
    }
}
