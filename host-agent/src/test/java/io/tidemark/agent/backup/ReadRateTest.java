package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadRateTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong now = new AtomicLong(77);
    private final ReadRate rate = new ReadRate(1_000_000, now::get);

    @Test
    void whatIsReadHasItsTime() {
        assertThat(rate.waitNanos(500_000)).isEqualTo(SECOND / 2);
        assertThat(rate.waitNanos(500_000)).isEqualTo(SECOND);
    }

    @Test
    void timeThatHasPassedIsNotWaitedFor() {
        rate.waitNanos(500_000);
        now.addAndGet(SECOND / 4);

        assertThat(rate.waitNanos(0)).isEqualTo(SECOND / 4);
    }

    @Test
    void longPauseIsWorthATenthOfASecond() {
        now.addAndGet(1000 * SECOND);

        assertThat(rate.waitNanos(100_000)).isZero();
        assertThat(rate.waitNanos(100_000)).isEqualTo(SECOND / 10);
    }

    @Test
    void noLimitNeverWaits() {
        var none = new ReadRate(Long.MAX_VALUE, now::get);

        assertThat(none.waitNanos(Long.MAX_VALUE / 2)).isZero();
        assertThat(none.waitNanos(Long.MAX_VALUE / 2)).isZero();
    }

    @Test
    void limitCountsFromThenOnAndNeverAboveTheFirst() {
        rate.limit(500_000);
        assertThat(rate.waitNanos(500_000)).isEqualTo(SECOND);
        now.addAndGet(SECOND);

        rate.limit(Long.MAX_VALUE);
        assertThat(rate.waitNanos(500_000)).isEqualTo(SECOND / 2);
        assertThat(rate.readBytes()).isEqualTo(1_000_000);
    }

    @Test
    void rateOfNothingIsRefused() {
        assertThatThrownBy(() -> new ReadRate(0, now::get)).hasMessageContaining("more than 0");
    }

    /// However pieces and waits fall, all time up to now has no more than the rate, one burst and one piece.
    @Test
    void noMoreIsReadThanTheRateAllows() {
        var random = new Random(5);
        long begun = now.get();
        long bytes = 0;
        for (int piece = 0; piece < 10_000; piece++) {
            int length = random.nextInt(1 << 20);
            bytes += length;
            now.addAndGet(rate.waitNanos(length) + random.nextLong(SECOND / 100));
            long allowed = (now.get() - begun) / 1000 + 100_000;
            assertThat(bytes).as("piece %d", piece).isLessThanOrEqualTo(allowed);
        }
    }
}
