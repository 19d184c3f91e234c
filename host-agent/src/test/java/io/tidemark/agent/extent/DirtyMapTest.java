package io.tidemark.agent.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The same answers as from a list of extents, in memory that does not grow with their number.
final class DirtyMapTest {
    private static final int GRANULE = ExtentMap.GRANULE_BYTES;

    @Test
    void rangesAreWidenedToWholeGranules() {
        var map = new DirtyMap(10L * GRANULE);
        map.add(GRANULE + 7, 3);
        map.add(5L * GRANULE - 1, 2);

        assertThat(map.within(0, 10L * GRANULE).extents())
                .containsExactly(new Extent(GRANULE, GRANULE, 0), new Extent(4L * GRANULE, 2L * GRANULE, 0));
        assertThat(clean(map))
                .containsExactly(
                        new Extent(0, GRANULE, 0),
                        new Extent(2L * GRANULE, 2L * GRANULE, 0),
                        new Extent(6L * GRANULE, 4L * GRANULE, 0));
        assertThat(map.reportedBytes()).isEqualTo(5);
        assertThat(map.totalBytes()).isEqualTo(3L * GRANULE);
    }

    @Test
    void theLastGranuleOfAnOddDiskIsShort() {
        var map = new DirtyMap(GRANULE + 512);
        map.add(GRANULE, 512);

        assertThat(clean(map)).containsExactly(new Extent(0, GRANULE, 0));
        assertThat(map.within(0, 1 << 30).extents()).containsExactly(new Extent(GRANULE, 512, 0));
        assertThat(map.totalBytes()).isEqualTo(512);
    }

    @Test
    void anEmptyMapIsClean() {
        var map = new DirtyMap(9L * GRANULE + 1);

        assertThat(clean(map)).containsExactly(new Extent(0, 9L * GRANULE + 1, 0));
        assertThat(map.within(0, 10L * GRANULE).extents()).isEmpty();
        assertThat(map.totalBytes()).isZero();
    }

    @Test
    void aRangeBeyondTheDiskIsRefused() {
        var map = new DirtyMap(GRANULE);

        assertThatThrownBy(() -> map.add(1, GRANULE)).hasMessageContaining("expected within 65536, found 1+65536");
        assertThatThrownBy(() -> new DirtyMap(1L << 47)).hasMessageContaining("128 TiB");
    }

    /// Random ranges, against the list of extents; windows of any place must be parts of the same.
    @Test
    void answersAsTheListOfExtentsDoes() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            long size = 1 + random.nextLong(100L * GRANULE);
            var map = new DirtyMap(size);
            List<Extent> added = new ArrayList<>();
            for (long at = random.nextInt(3 * GRANULE); at < size; at += random.nextInt(3 * GRANULE)) {
                long length = 1 + random.nextLong(Math.min(2L * GRANULE, size - at));
                added.add(new Extent(at, length, 0));
                map.add(at, length);
                at += length;
            }
            ExtentMap expected = new ExtentMap(added).aligned(GRANULE, size);

            assertThat(map.within(0, size)).as("seed " + seed).isEqualTo(expected);
            assertThat(clean(map)).as("seed " + seed).isEqualTo(between(expected, size));
            assertThat(map.totalBytes()).as("seed " + seed).isEqualTo(expected.totalBytes());
            assertThat(map.reportedBytes()).as("seed " + seed).isEqualTo(new ExtentMap(added).totalBytes());
            long window = (long) random.nextInt(100) * GRANULE;
            long length = (1L + random.nextInt(40)) * GRANULE;
            assertThat(map.within(window, length)).as("seed " + seed).isEqualTo(expected.clip(window, length));
        }
    }

    /// Every second granule of 2 TiB, which as extents would be a GiB of objects.
    @Test
    void aDiskDirtyAllOverTakesABitAGranule() {
        long size = 2L << 40;
        var map = new DirtyMap(size);
        for (long at = 0; at < size; at += 2L * GRANULE) {
            map.add(at, GRANULE);
        }

        assertThat(map.totalBytes()).isEqualTo(size / 2);
        assertThat(map.within(1L << 40, 1 << 20).extents()).hasSize(8);
    }

    private static List<Extent> clean(DirtyMap map) {
        List<Extent> runs = new ArrayList<>();
        map.forEachCleanRun((offset, length) -> runs.add(new Extent(offset, length, 0)));
        return runs;
    }

    private static List<Extent> between(ExtentMap dirty, long size) {
        List<Extent> gaps = new ArrayList<>();
        long at = 0;
        for (Extent extent : dirty.extents()) {
            if (extent.offset() > at) {
                gaps.add(new Extent(at, extent.offset() - at, 0));
            }
            at = extent.end();
        }
        if (size > at) {
            gaps.add(new Extent(at, size - at, 0));
        }
        return gaps;
    }
}
