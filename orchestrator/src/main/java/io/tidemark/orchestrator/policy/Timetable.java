package io.tidemark.orchestrator.policy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Computes when a schedule is due. Pure, safe for use by many threads.
public interface Timetable {
    /// The first time after `now`. What was missed while nobody looked is left out, so it fires once and not in a
    /// burst.
    ///
    /// @param lastDue the time that is being answered; intervals are counted from it and keep their beat
    /// @return null when the schedule is never due again
    @Nullable
    Instant next(Schedule schedule, Instant lastDue, Instant now);

    /// Refuses a cron expression that cannot be read, or is never due, with an `IllegalArgumentException` that says
    /// what is wrong with it.
    void check(Schedule.Cron cron);
}
