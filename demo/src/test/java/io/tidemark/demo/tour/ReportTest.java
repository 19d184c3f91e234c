package io.tidemark.demo.tour;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.demo.tour.ProvedPoint.DiskLine;
import io.tidemark.demo.tour.ProvedPoint.Proof;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the demo promises, one bar after another.
class ReportTest {
    private static final long MIB = 1 << 20;
    private static final Proof HOLDS = new Proof("records", true, "newest 7");

    private final List<ProvedPoint> points = new ArrayList<>(List.of(
            point("a", "full", 0, 40 * MIB),
            point("b", "incremental", MIB, 2 * MIB),
            point("c", "incremental", MIB, 2 * MIB),
            point("d", "incremental", MIB, 2 * MIB),
            requested("e")));

    @Test
    void aFullAndThreeScheduledIncrementsAndOneMoreAreEnough() {
        assertThat(new Report(points).shortfalls()).isEmpty();
        assertThat(new Report(points).allProved()).isTrue();
    }

    @Test
    void aPointWhoseProofFailsIsNamed() {
        ProvedPoint old = points.get(4);
        points.set(
                4,
                new ProvedPoint(
                        old.id(),
                        "vm",
                        "then",
                        false,
                        "crash",
                        0,
                        1,
                        old.disks(),
                        new Proof("sha256", false, "vda equal: false")));

        assertThat(new Report(points).shortfalls()).containsExactly("point e is not proved: vda equal: false");
    }

    @Test
    void fourPointsAreTooFew() {
        points.removeLast();

        assertThat(new Report(points).shortfalls()).containsExactly("expected at least 5 restore points, found 4");
    }

    @Test
    void onePointOverOneDiskIsTooLittle() {
        points.set(
                4,
                new ProvedPoint(
                        "e", "vm", "then", false, "crash", 0, 1, List.of(disk("vda", "incremental", MIB, MIB)), HOLDS));

        assertThat(new Report(points).shortfalls()).containsExactly("point e: expected at least 2 disks, found 1");
    }

    @Test
    void fiveFullsShowNoIncrement() {
        points.replaceAll(point -> point(point.id(), "full", 0, 40 * MIB));

        assertThat(new Report(points).shortfalls())
                .singleElement()
                .asString()
                .contains("at least 3 incremental points")
                .endsWith("found 0");
    }

    @Test
    void anIncrementThatARequestMadeDoesNotCount() {
        points.set(3, requested("d"));

        assertThat(new Report(points).shortfalls()).singleElement().asString().endsWith("found 2");
    }

    @Test
    void anIncrementMayStoreTwiceItsDirtyBytesAndAMebibyteButNoMore() {
        points.set(1, point("b", "incremental", MIB, 3 * MIB));
        assertThat(new Report(points).shortfalls()).isEmpty();

        points.set(1, point("b", "incremental", MIB, 3 * MIB + 2));
        assertThat(new Report(points).shortfalls())
                .hasSize(2)
                .first()
                .asString()
                .contains("increment b", "twice its dirty bytes");
    }

    @Test
    void anIncrementMustStayUnderAQuarterOfTheFull() {
        points.set(1, point("b", "incremental", 40 * MIB, 10 * MIB));

        assertThat(new Report(points).shortfalls())
                .hasSize(2)
                .first()
                .asString()
                .contains("increment b", "a quarter of the full's");
    }

    @Test
    void withoutAFullPointThereIsNothingToMeasureBy() {
        points.set(0, point("a", "incremental", MIB, 2 * MIB));

        assertThat(new Report(points).shortfalls())
                .containsExactly("expected a point that is full on every disk, found none");
    }

    private static ProvedPoint point(String id, String level, long dirtyBytes, long storedBytes) {
        return new ProvedPoint(
                id, "vm", "then", true, "filesystem", 150, 900, disks(level, dirtyBytes, storedBytes), HOLDS);
    }

    private static ProvedPoint requested(String id) {
        return new ProvedPoint(id, "vm", "then", false, "crash", 0, 900, disks("incremental", MIB, MIB), HOLDS);
    }

    /// Half on each of two disks.
    private static List<DiskLine> disks(String level, long dirtyBytes, long storedBytes) {
        return List.of(
                disk("vda", level, dirtyBytes / 2, storedBytes / 2),
                disk("vdb", level, dirtyBytes / 2, storedBytes / 2));
    }

    private static DiskLine disk(String target, String level, long dirtyBytes, long storedBytes) {
        return new DiskLine(target, level, level.equals("full") ? "first" : null, dirtyBytes, storedBytes);
    }
}
