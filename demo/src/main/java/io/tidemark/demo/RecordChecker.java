package io.tidemark.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Decides whether two raw images are one moment of a guest that numbers its writes. Uses the JDK only and shares
/// no code with what made the images, as a proof by the accused proves nothing.
///
/// What the guest does: record n goes to disk 0, is synced, goes to disk 1, is synced. A record is 64 KiB,
/// written to slot (n - 1) mod slots of the area that starts at a given offset and has a given number of slots. It
/// begins with one line, `TMREC1 <disk> <n, 15 digits> <CRC-32 of the rest, 8 hex digits>\n`, and the rest is
/// filled with the text of n. So at each moment disk 0 holds exactly the newest `slots` records up to some n, and
/// disk 1 those up to n or n - 1; only the slot being written may differ, and then never on both disks at once.
///
/// Limits: a record that was in flight at the moment can be torn by right, as a disk promises no more than a
/// sector.
/// It counts as torn here, so a caller flushes or freezes first, or lets the point fall between two writes.
public final class RecordChecker {
    /// Bytes of one record.
    public static final int RECORD_BYTES = 64 * 1024;
    /// Bytes of a record's first line, its line feed among them.
    static final int HEADER_BYTES = 34;
    private static final String MAGIC = "TMREC1";

    private final long areaOffset;
    private final int slots;

    /// The area of records: where it starts in both disks, in bytes, and how many records fit.
    public RecordChecker(long areaOffset, int slots) {
        if (areaOffset < 0 || slots < 2) {
            throw new IllegalArgumentException(
                    "record area: expected offset >= 0 and 2 slots or more, found " + areaOffset + " and " + slots);
        }
        this.areaOffset = areaOffset;
        this.slots = slots;
    }

    /// What was found. `newest` is the newest whole record on both disks (0 when there is none), `why` is empty
    /// exactly if the images hold.
    public record Verdict(boolean holds, long newest, String why) {}

    /// Reads both images and judges. `atLeast` is a record known to be completed before the moment was taken and
    /// `atMost` one known not to be started before it ended; both guard against an image of another moment.
    public Verdict check(Path first, Path second, long atLeast, long atMost) throws IOException {
        try {
            long a = newest(first, 0);
            long b = newest(second, 1);
            if (a - b != 0 && a - b != 1) {
                return broken("skew: expected disk 0 to be 0 or 1 records ahead, found " + a + " and " + b);
            }
            if (b < 1) {
                return broken("empty: expected at least one record on both disks, found none");
            }
            if (b < atLeast) {
                return broken("old: expected record " + atLeast + " on both disks, found " + b + " as the newest");
            }
            if (a > atMost) {
                return broken("record after: expected none after " + atMost + ", found " + a);
            }
            return new Verdict(true, b, "");
        } catch (BrokenImage e) {
            return broken(e.getMessage());
        }
    }

    private static Verdict broken(@Nullable String why) {
        return new Verdict(false, 0, String.valueOf(why));
    }

    private long newest(Path image, int disk) throws IOException, BrokenImage {
        TreeMap<Long, Integer> found = new TreeMap<>();
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            for (int slot = 0; slot < slots; slot++) {
                byte[] bytes = read(channel, areaOffset + (long) slot * RECORD_BYTES, image);
                Optional<Long> number = number(bytes, disk, slot);
                if (number.isPresent()) {
                    found.put(number.get(), slot);
                }
            }
        }
        if (found.isEmpty()) {
            return 0;
        }
        long newest = found.lastKey();
        for (long n = Math.max(1, newest - slots + 1); n <= newest; n++) {
            if (!found.containsKey(n)) {
                throw new BrokenImage("missing: disk " + disk + " has record " + newest + " but not " + n);
            }
        }
        return newest;
    }

    private Optional<Long> number(byte[] bytes, int disk, int slot) throws BrokenImage {
        if (isZero(bytes)) {
            return Optional.empty();
        }
        String where = "disk " + disk + " slot " + slot;
        String header = new String(bytes, 0, HEADER_BYTES, StandardCharsets.ISO_8859_1);
        if (!header.matches(MAGIC + " [01] [0-9]{15} [0-9a-f]{8}\n")) {
            throw new BrokenImage("torn: " + where + " expected a record or zeros, found other bytes");
        }
        int owner = header.charAt(7) - '0';
        if (owner != disk) {
            throw new BrokenImage("swapped: " + where + " holds a record of disk " + owner);
        }
        String digits = header.substring(9, 24);
        long n = Long.parseLong(digits);
        CRC32 crc = new CRC32();
        crc.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
        String sum = String.format("%08x", crc.getValue());
        if (!header.substring(25, 33).equals(sum)) {
            throw new BrokenImage(
                    "torn: " + where + " record " + n + " expected CRC " + header.substring(25, 33) + ", found " + sum);
        }
        if (!filledWith(bytes, digits)) {
            throw new BrokenImage("torn: " + where + " record " + n + " is filled with another number");
        }
        if (n < 1 || (n - 1) % slots != slot) {
            throw new BrokenImage("misplaced: " + where + " holds record " + n);
        }
        return Optional.of(n);
    }

    private static boolean filledWith(byte[] bytes, String digits) {
        byte[] line = (digits + "\n").getBytes(StandardCharsets.ISO_8859_1);
        for (int i = HEADER_BYTES; i < bytes.length; i++) {
            if (bytes[i] != line[(i - HEADER_BYTES) % line.length]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] read(FileChannel channel, long offset, Path image) throws IOException, BrokenImage {
        ByteBuffer buffer = ByteBuffer.allocate(RECORD_BYTES);
        while (buffer.hasRemaining()) {
            int got = channel.read(buffer, offset + buffer.position());
            if (got < 0) {
                throw new BrokenImage("short: " + image + " expected " + RECORD_BYTES + " bytes at " + offset
                        + ", found " + buffer.position());
            }
        }
        return buffer.array();
    }

    private static final class BrokenImage extends Exception {
        BrokenImage(String why) {
            super(why);
        }
    }
}
