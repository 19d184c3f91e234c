package io.tidemark.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.demo.RecordChecker.Verdict;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordCheckerTest {
    private static final int AREA = 4096;
    private static final int SLOTS = 8;
    private static final RecordChecker CHECKER = new RecordChecker(AREA, SLOTS);

    @Test
    void twoDisksAtOneMomentHold(@TempDir Path folder) throws IOException {
        assertThat(check(image(folder, 0, 20), image(folder, 1, 20), 15, 25)).isEqualTo(new Verdict(true, 20, ""));
        assertThat(check(image(folder, 0, 21), image(folder, 1, 20), 15, 25)).isEqualTo(new Verdict(true, 20, ""));
        assertThat(check(image(folder, 0, 3), image(folder, 1, 3), 0, 25)).isEqualTo(new Verdict(true, 3, ""));
    }

    @Test
    void aTornRecordIsRefused(@TempDir Path folder) throws IOException {
        Path first = image(folder, 0, 20);
        byte[] later = record(0, 28);
        write(first, offsetOf(20), java.util.Arrays.copyOf(later, 32 * 1024));
        refuses(check(first, image(folder, 1, 20), 15, 28), "torn");
    }

    @Test
    void oneFlippedByteIsRefused(@TempDir Path folder) throws IOException {
        for (int at : new int[] {0, 5, 7, 12, 23, 24, 28, 33, 34, 40_000, RecordChecker.RECORD_BYTES - 1}) {
            Path second = image(folder, 1, 20);
            write(second, offsetOf(17) + at, new byte[] {(byte) (record(1, 17)[at] ^ 1)});
            assertThat(check(image(folder, 0, 20), second, 15, 25).holds())
                    .as("byte %s", at)
                    .isFalse();
        }
    }

    @Test
    void anOldImageIsRefused(@TempDir Path folder) throws IOException {
        refuses(check(image(folder, 0, 14), image(folder, 1, 14), 15, 25), "old");
        refuses(check(image(folder, 0, 20), image(folder, 1, 18), 15, 25), "skew");
        refuses(check(image(folder, 0, 19), image(folder, 1, 20), 15, 25), "skew");
    }

    @Test
    void disksWithoutAnyRecordProveNothing(@TempDir Path folder) throws IOException {
        refuses(check(image(folder, 0, 0), image(folder, 1, 0), 0, 25), "empty");
    }

    @Test
    void aRecordAfterTheMomentIsRefused(@TempDir Path folder) throws IOException {
        refuses(check(image(folder, 0, 26), image(folder, 1, 26), 15, 25), "record after");
    }

    @Test
    void swappedImagesAreRefused(@TempDir Path folder) throws IOException {
        refuses(check(image(folder, 1, 20), image(folder, 0, 20), 15, 25), "swapped");
    }

    @Test
    void aMissingRecordBeforeTheNewestIsRefused(@TempDir Path folder) throws IOException {
        Path first = image(folder, 0, 20);
        write(first, offsetOf(18), record(0, 10));
        refuses(check(first, image(folder, 1, 20), 15, 25), "missing");
        write(first, offsetOf(18), new byte[RecordChecker.RECORD_BYTES]);
        refuses(check(first, image(folder, 1, 20), 15, 25), "missing");
    }

    @Test
    void aShortImageIsRefused(@TempDir Path folder) throws IOException {
        Path first = image(folder, 0, 20);
        try (RandomAccessFile file = new RandomAccessFile(first.toFile(), "rw")) {
            file.setLength(AREA + 3 * RecordChecker.RECORD_BYTES);
        }
        refuses(check(first, image(folder, 1, 20), 15, 25), "short");
    }

    private static void refuses(Verdict verdict, String why) {
        assertThat(verdict.holds()).isFalse();
        assertThat(verdict.why()).startsWith(why);
    }

    private static Verdict check(Path first, Path second, long atLeast, long atMost) throws IOException {
        return CHECKER.check(first, second, atLeast, atMost);
    }

    private static Path image(Path folder, int disk, long newest) throws IOException {
        Path image = Files.createTempFile(folder, "disk" + disk, ".raw");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(AREA + (long) SLOTS * RecordChecker.RECORD_BYTES);
        }
        for (long n = Math.max(1, newest - SLOTS + 1); n <= newest; n++) {
            write(image, offsetOf(n), record(disk, n));
        }
        return image;
    }

    private static long offsetOf(long n) {
        return AREA + (n - 1) % SLOTS * RecordChecker.RECORD_BYTES;
    }

    private static byte[] record(int disk, long n) {
        String line = String.format("%015d\n", n);
        int rest = RecordChecker.RECORD_BYTES - RecordChecker.HEADER_BYTES;
        byte[] fill = line.repeat(rest / line.length() + 1).substring(0, rest).getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(fill);
        String header = String.format("TMREC1 %d %015d %08x\n", disk, n, crc.getValue());
        return (header + new String(fill, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void write(Path image, long offset, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(offset);
            file.write(bytes);
        }
    }
}
