package io.tidemark.orchestrator.policy.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.tidemark.orchestrator.policy.Schedule;
import io.tidemark.orchestrator.policy.Timetable;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Schedules by cron-utils, in the UNIX form: minute, hour, day of month, month, day of week.
///
/// A time that the clocks skip in spring is due when they have been put forward: a nightly backup is not lost. A
/// time that they show twice in autumn is due once for a fixed hour, and in both for an expression of every hour.
@ApplicationScoped
public final class CronTimetable implements Timetable {
    private static final Pattern EVERY_HOUR = Pattern.compile("\\s*\\S+\\s+\\*.*");
    private static final Instant CHECKED_FROM = Instant.parse("2026-01-01T00:00:00Z");

    private final CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    @Override
    public @Nullable Instant next(Schedule schedule, Instant lastDue, Instant now) {
        return switch (schedule) {
            case Schedule.Cron cron -> nextOf(cron, now);
            case Schedule.Interval(Duration period) -> nextOf(period, lastDue, now);
        };
    }

    @Override
    public void check(Schedule.Cron cron) {
        if (nextOf(cron, CHECKED_FROM) == null) {
            throw new IllegalArgumentException("\"" + cron.expression() + "\" is never due");
        }
    }

    private static Instant nextOf(Duration period, Instant lastDue, Instant now) {
        if (now.isBefore(lastDue)) {
            return lastDue;
        }
        long passed = Duration.between(lastDue, now).dividedBy(period);
        return lastDue.plus(period.multipliedBy(passed + 1));
    }

    private @Nullable Instant nextOf(Schedule.Cron cron, Instant now) {
        ExecutionTime times = ExecutionTime.forCron(parser.parse(cron.expression()));
        Instant regular = times.nextExecution(now.atZone(cron.zone()))
                .map(ZonedDateTime::toInstant)
                .orElse(null);
        if (regular == null || EVERY_HOUR.matcher(cron.expression()).matches()) {
            return regular;
        }
        Instant skipped = skippedByTheClocks(times, cron.zone(), now);
        return skipped != null && skipped.isBefore(regular) ? skipped : regular;
    }

    private static @Nullable Instant skippedByTheClocks(ExecutionTime times, ZoneId zone, Instant now) {
        ZoneOffsetTransition gap = nextGap(zone, now);
        if (gap == null) {
            return null;
        }
        boolean hides = times.nextExecution(
                        gap.getDateTimeBefore().minusSeconds(1).atZone(ZoneOffset.UTC))
                .map(time -> time.toLocalDateTime().isBefore(gap.getDateTimeAfter()))
                .orElse(false);
        return hides ? gap.getInstant() : null;
    }

    private static @Nullable ZoneOffsetTransition nextGap(ZoneId zone, Instant now) {
        ZoneOffsetTransition change = zone.getRules().nextTransition(now);
        while (change != null && !change.isGap()) {
            change = zone.getRules().nextTransition(change.getInstant());
        }
        return change;
    }
}
