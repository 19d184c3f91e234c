package io.tidemark.agent.guard;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import org.jspecify.annotations.Nullable;

/// One line that the agent writes to its guard: a word, then its arguments. Times are from the line's
/// reading, so that the two processes need no common clock.
public sealed interface GuardLine {
    String UNTHAWED = "unthawed";

    /// `watch DOMAIN_UUID RESTORE_POINT LEASE_MILLIS`. The point keeps a guard from ending the job of a later
    /// attempt. Without it, `watch DOMAIN_UUID LEASE_MILLIS`, no job is ours.
    record Watch(DomainUuid domain, @Nullable RestorePointId point, long leaseMillis) implements GuardLine {}

    /// `frozen THAW_WITHIN_MILLIS`, written before the freeze is asked for.
    record Frozen(long thawWithinMillis) implements GuardLine {}

    /// `paused RESUME_WITHIN_MILLIS`, written before a guest that runs is paused.
    record Paused(long resumeWithinMillis) implements GuardLine {}

    /// `resumed`, written when it runs on.
    record Resumed() implements GuardLine {}

    /// `job SCRATCH_LIMIT_BYTES`, written after the thaw, or before the job begins if nothing is frozen; with the
    /// word `unthawed` behind it if nobody knows whether our freeze has ended.
    record Job(long scratchLimitBytes, boolean mayBeFrozen) implements GuardLine {}

    /// `renew LEASE_MILLIS`
    record Renew(long leaseMillis) implements GuardLine {}

    /// `done`
    record Done() implements GuardLine {}

    /// Reads a line; anything else is refused with what was found.
    static GuardLine parse(String line) {
        String[] words = line.strip().split(" ", -1);
        return switch (words[0] + "/" + words.length) {
            case "watch/4" -> new Watch(DomainUuid.of(words[1]), RestorePointId.of(words[2]), Long.parseLong(words[3]));
            case "watch/3" -> new Watch(DomainUuid.of(words[1]), null, Long.parseLong(words[2]));
            case "paused/2" -> new Paused(Long.parseLong(words[1]));
            case "resumed/1" -> new Resumed();
            case "frozen/2" -> new Frozen(Long.parseLong(words[1]));
            case "job/2" -> new Job(Long.parseLong(words[1]), false);
            case "job/3" -> unthawed(line, words);
            case "renew/2" -> new Renew(Long.parseLong(words[1]));
            case "done/1" -> new Done();
            default -> throw unreadable(line);
        };
    }

    private static Job unthawed(String line, String[] words) {
        if (!UNTHAWED.equals(words[2])) {
            throw unreadable(line);
        }
        return new Job(Long.parseLong(words[1]), true);
    }

    private static IllegalArgumentException unreadable(String line) {
        return new IllegalArgumentException(
                "guard line: expected watch, frozen, paused, resumed, job, renew or done with their"
                        + " arguments, found \"" + line + "\"");
    }

    /// The line as [#parse] reads it, without line end.
    default String text() {
        return switch (this) {
            case Watch(DomainUuid domain, RestorePointId point, long leaseMillis) ->
                "watch " + domain + (point == null ? "" : " " + point) + " " + leaseMillis;
            case Paused(long millis) -> "paused " + millis;
            case Resumed _ -> "resumed";
            case Frozen(long millis) -> "frozen " + millis;
            case Job(long bytes, boolean mayBeFrozen) -> "job " + bytes + (mayBeFrozen ? " " + UNTHAWED : "");
            case Renew(long millis) -> "renew " + millis;
            case Done _ -> "done";
        };
    }
}
