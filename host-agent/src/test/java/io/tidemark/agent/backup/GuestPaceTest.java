package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GuestPaceTest {
    private static final long NO_LIMIT = Long.MAX_VALUE;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long LEAST = 1_000_000;
    private static final long READ = 100_000_000;
    private static final BackupLimits.Rates.Guest LIMITS = new BackupLimits.Rates.Guest(Duration.ofMillis(20), LEAST);

    private final GuestPace pace = new GuestPace(LIMITS, GuestIo.NONE);
    private GuestIo total = GuestIo.NONE;

    private long look(int requests, long meanMillis, long readBytes) {
        total = total(requests, meanMillis);
        return pace.look(total, readBytes, SECOND);
    }

    private GuestIo total(int requests, long meanMillis) {
        return new GuestIo(
                total.requests() + requests, total.nanos() + requests * TimeUnit.MILLISECONDS.toNanos(meanMillis));
    }

    @Test
    void aGuestThatIsWellSlowsNothing() {
        assertThat(look(100, 20, READ)).isEqualTo(NO_LIMIT);
        assertThat(pace.isSlow()).isFalse();
    }

    @Test
    void aGuestThatSuffersHalvesWhatIsRead() {
        assertThat(look(100, 21, READ)).isEqualTo(READ / 2);
        assertThat(look(100, 21, READ / 2)).isEqualTo(READ / 4);
        assertThat(pace.isSlow()).isTrue();
    }

    @Test
    void neverLessIsReadThanTheLeast() {
        for (int look = 0; look < 20; look++) {
            look(100, 500, LEAST);
        }

        assertThat(look(100, 500, LEAST)).isEqualTo(LEAST);
    }

    @Test
    void aGuestThatIsWellAgainIsReadFasterUntilNothingLimits() {
        look(100, 21, READ);

        assertThat(look(100, 3, READ / 2)).isEqualTo(READ / 2 * 5 / 4);
        for (int look = 0; look < 20; look++) {
            look(100, 3, READ);
        }
        assertThat(look(100, 3, READ)).isEqualTo(NO_LIMIT);
    }

    @Test
    void betweenWellAndTooLongTheRateStays() {
        look(100, 21, READ);

        assertThat(look(100, 18, READ / 2)).isEqualTo(READ / 2);
    }

    @Test
    void aFewSlowRequestsAreNoReason() {
        assertThat(look(3, 900, READ)).isEqualTo(NO_LIMIT);
    }

    @Test
    void whatIsSlowWhileNothingIsReadIsNotTheBackupsDoing() {
        assertThat(look(100, 900, 0)).isEqualTo(NO_LIMIT);
    }

    @Test
    void aGuestThatIsAlwaysSlowMayTakeThreeTimesThat() {
        total = total(1000, 30);
        var slow = new GuestPace(LIMITS, total);

        total = total(100, 90);
        assertThat(slow.look(total, READ, SECOND)).isEqualTo(NO_LIMIT);
        total = total(100, 91);
        assertThat(slow.look(total, READ, SECOND)).isEqualTo(READ / 2);
    }

    @Test
    void aGuestWhoseCountersBeganAnewIsSeenFromThenOn() {
        look(1000, 5, READ);
        total = GuestIo.NONE;

        assertThat(look(10, 900, READ)).isEqualTo(NO_LIMIT);
        assertThat(look(10, 900, READ)).isEqualTo(READ / 2);
    }

    @Test
    void limitsThatWouldStandStillAreRefused() {
        assertThatThrownBy(() -> new BackupLimits.Rates.Guest(Duration.ofMillis(-1), 1))
                .hasMessageContaining("PT-0.001S");
        assertThatThrownBy(() -> new BackupLimits.Rates.Guest(Duration.ofMillis(1), 0))
                .hasMessageContaining("more than 0");
    }

    /// A disk that has 400 MB/s to give, whose requests take longer the more of it the backup takes: 15 ms are
    /// reached at 300 MB/s, 20 ms at 320.
    @Test
    void theGuestIsWellMostOfTheTimeAndTheBackupStillGetsMostOfTheRest() {
        double limit = NO_LIMIT;
        long sum = 0;
        int suffered = 0;
        for (int look = 0; look < 1000; look++) {
            double speed = Math.min(limit, 390e6);
            double latencyMillis = 4 / (1 - speed / 400e6) - 1;
            suffered += latencyMillis > 20 ? 1 : 0;
            sum += (long) speed;
            total = new GuestIo(total.requests() + 100, total.nanos() + (long) (latencyMillis * 1e8));
            limit = pace.look(total, (long) speed, SECOND);
        }

        assertThat(suffered).isLessThan(350);
        assertThat(sum / 1000).isGreaterThan(200_000_000);
    }
}
