package io.tidemark.demo.tour;

import io.tidemark.demo.RecordChecker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Shows that the checker can say no: a proof by a judge who never does is none.
final class CheckerTrial {
    private final RecordChecker checker;
    private final long areaOffset;
    private final Path folder;

    CheckerTrial(RecordChecker checker, long areaOffset, Path folder) {
        this.checker = checker;
        this.areaOffset = areaOffset;
        this.folder = folder;
    }

    /// Two disks of one point.
    record Pair(Path first, Path second) {}

    /// Which of the planted faults the checker did not notice; empty is what is wanted. `older` is an earlier point
    /// than `newer`, with at least two records between them.
    List<String> unnoticed(Pair older, Pair newer) throws IOException {
        long newest =
                checker.check(newer.first(), newer.second(), 1, Long.MAX_VALUE).newest();
        List<String> unnoticed = new ArrayList<>();
        require(unnoticed, "torn pair", !holds(newer.first(), older.second(), 1));
        require(unnoticed, "old image", !holds(older.first(), older.second(), newest));
        require(unnoticed, "swapped disks", !holds(newer.second(), newer.first(), 1));
        Path flipped = folder.resolve("flipped.raw");
        Files.copy(newer.first(), flipped, StandardCopyOption.REPLACE_EXISTING);
        flip(flipped, areaOffset + RecordChecker.RECORD_BYTES / 2);
        require(unnoticed, "one flipped byte", !holds(flipped, newer.second(), 1));
        Files.delete(flipped);
        return unnoticed;
    }

    private boolean holds(Path first, Path second, long atLeast) throws IOException {
        return checker.check(first, second, atLeast, Long.MAX_VALUE).holds();
    }

    private static void require(List<String> unnoticed, String fault, boolean isNoticed) {
        if (!isNoticed) {
            unnoticed.add(fault);
        }
    }

    private static void flip(Path image, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) ~one.get(0));
            channel.write(one.rewind(), offset);
        }
    }
}
