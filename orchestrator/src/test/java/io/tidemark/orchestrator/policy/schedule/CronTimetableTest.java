package io.tidemark.orchestrator.policy.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.orchestrator.policy.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTimetableTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private final CronTimetable timetable = new CronTimetable();

    @ParameterizedTest(name = "{0} after {1} is due at {2}")
    @CsvSource(delimiter = '|', textBlock = """
            0 2 * * *       | 2026-01-10T12:00:00Z | 2026-01-11T01:00:00Z
            0 2 * * *       | 2026-07-10T12:00:00Z | 2026-07-11T00:00:00Z
            0 2 * * *       | 2026-01-11T01:00:00Z | 2026-01-12T01:00:00Z
            0 0 * * 7       | 2026-01-01T00:00:00Z | 2026-01-03T23:00:00Z
            0 0 * * MON-FRI | 2026-01-09T12:00:00Z | 2026-01-11T23:00:00Z
            0 0 29 2 *      | 2026-01-01T00:00:00Z | 2028-02-28T23:00:00Z
            30 2 * * *      | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z
            30 2 * * *      | 2026-03-29T01:00:00Z | 2026-03-30T00:30:00Z
            0 2 * * *       | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z
            0 3 * * *       | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z
            */30 * * * *    | 2026-03-29T00:30:00Z | 2026-03-29T01:00:00Z
            15 * * * *      | 2026-03-29T00:30:00Z | 2026-03-29T01:15:00Z
            30 2 * * *      | 2026-10-24T12:00:00Z | 2026-10-25T00:30:00Z
            30 2 * * *      | 2026-10-25T00:30:00Z | 2026-10-26T01:30:00Z
            */30 * * * *    | 2026-10-25T00:30:00Z | 2026-10-25T01:00:00Z
            """)
    void cronGoesByTheClocksOfItsZone(String expression, Instant now, Instant expected) {
        Schedule.Cron berlin = new Schedule.Cron(expression, ZoneId.of("Europe/Berlin"));

        assertThat(timetable.next(berlin, now, now)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            61 * * * *  | 61
            * * *       | 3 parts
            * * * * * * | 6 parts
            a b c d e   | A
            @daily      | Nicknames
            0 0 31 2 *  | never due
            """)
    void badExpressionIsRefusedWithWhatIsWrong(String expression, String named) {
        assertThatThrownBy(() -> timetable.check(new Schedule.Cron(expression, ZoneId.of("UTC"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @Test
    void intervalKeepsItsBeatHoweverLateItIsLookedAt() {
        Schedule everyTen = new Schedule.Interval(Duration.ofSeconds(10));

        assertThat(timetable.next(everyTen, START, START.plusMillis(300))).isEqualTo(START.plusSeconds(10));
        assertThat(timetable.next(everyTen, START, START.plusSeconds(10))).isEqualTo(START.plusSeconds(20));
    }

    @Test
    void firingsMissedWhileDownAreOneFiring() {
        Schedule everyTen = new Schedule.Interval(Duration.ofSeconds(10));

        assertThat(timetable.next(everyTen, START, START.plusSeconds(3605))).isEqualTo(START.plusSeconds(3610));
    }
}
