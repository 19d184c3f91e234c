package io.tidemark.bench.repository;

import io.tidemark.bench.Bar;
import io.tidemark.bench.Figure;
import io.tidemark.bench.repository.Comparison.Aim;
import io.tidemark.bench.repository.Comparison.Quantity;
import java.util.List;
import java.util.Map;

/// Makes the figures of whole paths of what the rounds have measured.
///
/// @param gigabytes of the source, in units of 10^9 bytes
record PathFigures(Rounds rounds, double gigabytes, Map<String, Object> fields) {
    private static final double FULL_BAR = 0.5;
    private static final double FULL_MOONSHOT = 0.8;
    private static final double REPEAT_BAR = 0.8;
    private static final double REPEAT_MOONSHOT = 1.4;
    private static final double PROTECTION_BAR = 1.1;

    List<Figure> all() {
        Quantity cores = Quantity.coreSeconds(gigabytes);
        Comparison full = new Comparison(rounds, Ours.NAME, PathMeasurement.NBDCOPY, fields);
        Comparison sampled = new Comparison(rounds, Ours.SAMPLED, PathMeasurement.NBDCOPY, fields);
        Comparison repeat = new Comparison(rounds, Ours.REPEATED, PathMeasurement.NBDCOPY, fields);
        String note =
                "from qemu-nbd to the commit: read, hashed, compressed, unpacked again to compare, packed, synced;"
                        + " nbdcopy reads and throws away. Core-seconds are the server's too. The moonshot is a ratio";
        String few = "the same, with one chunk of 16 unpacked again";
        String known = "every chunk is read and found in the parent; nbdcopy as above. The moonshot is an amount";
        return List.of(
                full.figure("path-full", Quantity.SECONDS, new Aim(null, FULL_MOONSHOT), note),
                full.figure("path-full-core-seconds", cores, Aim.NONE, note),
                sampled.figure("path-full-sampled", Quantity.SECONDS, Aim.bar(Bar.ratioAtLeast(FULL_BAR)), few),
                sampled.figure("path-full-sampled-core-seconds", cores, Aim.NONE, few),
                new Comparison(rounds, Ours.PROTECTED, Ours.NAME, fields)
                        .figure(
                                "path-full-protected-core-seconds",
                                cores,
                                Aim.atMostTimes(PROTECTION_BAR),
                                "a full of new data with and without protection; at most 1.1 times is a ratio of"
                                        + " 0.9091"),
                repeat.figure("path-repeat", Quantity.SECONDS, Aim.bar(Bar.ratioAtLeast(REPEAT_BAR)), known),
                repeat.figure("path-repeat-core-seconds", cores, new Aim(null, REPEAT_MOONSHOT), known));
    }
}
