package io.tidemark.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// A new image whose front is filled from a seed: one MiB that no compressor shrinks, one MiB that shrinks well, in
/// turn. The same seed gives the same bytes, the partition table in the last 66 bytes of sector 0 aside. A disk can
/// carry one partition with an empty ext4; its bytes differ from time to time, as mkfs marks each file system anew.
record SeededDisk(long seed, long filledBytes, long diskBytes, long partitionOffset) {
    /// As `partitionOffset`: no partition.
    static final long NO_PARTITION = 0;

    private static final int MEBIBYTE = 1024 * 1024;
    private static final int SECTOR_BYTES = 512;
    private static final int PARTITION_ENTRY_OFFSET = 446;
    private static final int PARTITION_TYPE_LINUX = 0x83;
    private static final short SIGNATURE = (short) 0xaa55;

    /// Makes the image in the format, `raw` or `qcow2`. Refuses one that exists, as it may be somebody's disk.
    void create(Path folder, Path image, String format) throws IOException {
        if (Files.exists(image)) {
            throw new IOException("image " + image + ": expected no such file, found one");
        }
        Path raw = Files.createTempFile(folder, "fill", ".raw");
        try {
            fill(raw);
            Commands.run(folder, List.of("qemu-img", "resize", "-q", "-f", "raw", raw.toString(), "" + diskBytes));
            if (partitionOffset != NO_PARTITION) {
                partition(folder, raw);
            }
            Commands.run(
                    folder,
                    List.of("qemu-img", "convert", "-q", "-f", "raw", "-O", format, raw.toString(), image.toString()));
        } finally {
            Files.deleteIfExists(raw);
        }
    }

    private void fill(Path raw) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] piece = new byte[MEBIBYTE];
        try (OutputStream out = Files.newOutputStream(raw)) {
            for (long i = 0; i < filledBytes / MEBIBYTE; i++) {
                if (i % 2 == 0) {
                    random.nextBytes(piece);
                } else {
                    Arrays.fill(piece, (byte) (1 + random.nextInt(127)));
                }
                out.write(piece);
            }
        }
    }

    private void partition(Path folder, Path raw) throws IOException {
        long bytes = diskBytes - partitionOffset;
        Commands.run(
                folder,
                List.of(
                        "mkfs.ext4",
                        "-q",
                        "-F",
                        "-E",
                        "offset=" + partitionOffset,
                        raw.toString(),
                        bytes / 1024 + "k"));
        // An entry of a DOS partition table: state, three bytes of an unused address, type, three more unused
        // bytes, first sector, number of sectors; then three empty entries and the signature.
        ByteBuffer table =
                ByteBuffer.allocate(SECTOR_BYTES - PARTITION_ENTRY_OFFSET).order(ByteOrder.LITTLE_ENDIAN);
        table.put(4, (byte) PARTITION_TYPE_LINUX);
        table.putInt(8, (int) (partitionOffset / SECTOR_BYTES));
        table.putInt(12, (int) (bytes / SECTOR_BYTES));
        table.putShort(64, SIGNATURE);
        try (FileChannel channel = FileChannel.open(raw, StandardOpenOption.WRITE)) {
            while (table.hasRemaining()) {
                channel.write(table, PARTITION_ENTRY_OFFSET + table.position());
            }
        }
    }
}
