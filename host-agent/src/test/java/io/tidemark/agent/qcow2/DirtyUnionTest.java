package io.tidemark.agent.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DirtyUnionTest {
    private static final long SIZE = 1000;

    @Test
    void whatSeveralNameIsCountedOnce() throws IOException {
        assertThat(total(1, runs(0, 10, 20, 30), runs(5, 25), runs(100, 101))).isEqualTo(31);
        assertThat(total(1, runs(0, 10), runs(10, 20))).isEqualTo(20);
        assertThat(total(1, runs(0, 100), runs(10, 20, 30, 40))).isEqualTo(100);
        assertThat(total(1)).isZero();
        assertThat(total(1, runs(), runs())).isZero();
    }

    @Test
    void runsAreWidenedToWholeGranules() throws IOException {
        assertThat(total(16, runs(1, 2, 14, 15, 17, 18))).isEqualTo(32);
    }

    /// The image below may be larger, and the disk's last granule short.
    @Test
    void whatLiesBehindTheDiskIsNotCounted() throws IOException {
        assertThat(total(16, runs(999, 1000))).isEqualTo(8);
        assertThat(total(16, runs(990, 2000, 3000, 4000), runs(5000, 5001))).isEqualTo(24);
    }

    @Test
    void aUnionIsThatOfBits() throws IOException {
        var random = new Random(7);
        for (int round = 0; round < 500; round++) {
            var union = new BitSet();
            List<DirtyRuns> all = new ArrayList<>();
            for (int layer = random.nextInt(4); layer > 0; layer--) {
                long[] bounds = random.longs(random.nextInt(5) * 2L, 0, SIZE)
                        .sorted()
                        .distinct()
                        .toArray();
                long[] pairs = bounds.length % 2 == 0 ? bounds : new long[0];
                for (int pair = 0; pair < pairs.length; pair += 2) {
                    union.set((int) pairs[pair], (int) pairs[pair + 1]);
                }
                all.add(runs(pairs));
            }
            assertThat(DirtyUnion.totalBytes(all, 1, SIZE))
                    .as("round %d", round)
                    .isEqualTo(union.cardinality());
        }
    }

    private static long total(long granuleBytes, DirtyRuns... all) throws IOException {
        return DirtyUnion.totalBytes(List.of(all), granuleBytes, SIZE);
    }

    /// @param bounds the first byte of each run, and the first one after it
    private static DirtyRuns runs(long... bounds) {
        return new DirtyRuns() {
            private int at = -2;

            @Override
            public boolean advance() {
                at += 2;
                return at < bounds.length;
            }

            @Override
            public long offset() {
                return bounds[at];
            }

            @Override
            public long end() {
                return bounds[at + 1];
            }
        };
    }
}
