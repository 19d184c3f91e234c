package io.tidemark.bench.repository;

import io.tidemark.bench.Bar;
import io.tidemark.bench.Figure;
import io.tidemark.bench.repository.Comparison.Aim;
import io.tidemark.bench.repository.Comparison.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Makes the figures of fulls and restores of what the rounds have measured.
///
/// @param gigabytes of the source, in units of 10^9 bytes
record FullFigures(Rounds rounds, double gigabytes, Map<String, Object> fields) {
    private static final double REPEAT_MOONSHOT = 1.4;
    private static final double RESTORE_BAR = 0.6;

    List<Figure> all() {
        List<Figure> all = new ArrayList<>(fulls(FullMeasurement.QEMU_IMG, "qemu-img neither hashes nor syncs"));
        if (rounds.has(Borg.PROGRAM)) {
            all.addAll(fulls(Borg.PROGRAM, "borg, with chunks of 64 KiB, hashes too"));
        }
        all.add(isProtected());
        all.addAll(repeats());
        all.addAll(restores());
        return all;
    }

    private List<Figure> fulls(String peer, String difference) {
        Comparison sides = new Comparison(rounds, Ours.NAME, peer, fields);
        String note = "new data to its commit: hashed, compressed, unpacked again to compare, packed, synced; "
                + difference + ", and neither it nor any other peer unpacks to compare";
        return List.of(
                sides.figure("full-beside-" + peer, Quantity.SECONDS, Aim.NONE, note),
                sides.figure("full-core-seconds-beside-" + peer, cores(), Aim.NONE, note));
    }

    private Figure isProtected() {
        return new Comparison(rounds, Ours.PROTECTED, Ours.NAME, fields)
                .figure(
                        "full-protected-core-seconds",
                        cores(),
                        Aim.NONE,
                        "a full of new data with and without protection, without a reader that costs both the same");
    }

    private List<Figure> repeats() {
        Comparison sides = new Comparison(rounds, Ours.REPEATED, FullMeasurement.BORG_REPEATED, fields);
        String note = "every chunk is given again and found in the parent; storedBytes are of the whole repository."
                + " The moonshot is an amount";
        return List.of(
                sides.figure("repeat-full", Quantity.SECONDS, Aim.NONE, note),
                sides.figure("repeat-full-core-seconds", cores(), new Aim(null, REPEAT_MOONSHOT), note));
    }

    private List<Figure> restores() {
        Comparison sides = new Comparison(rounds, FullMeasurement.RESTORED, FullMeasurement.QEMU_IMG_RAW, fields);
        String note = "two threads read, unpack and check each chunk and write a raw image, which is compared with the"
                + " source at the end; qemu-img convert copies the raw source. Neither syncs";
        return List.of(
                sides.figure("restore-raw", Quantity.SECONDS, Aim.bar(Bar.ratioAtLeast(RESTORE_BAR)), note),
                sides.figure("restore-raw-core-seconds", cores(), Aim.NONE, note));
    }

    private Quantity cores() {
        return Quantity.coreSeconds(gigabytes);
    }
}
