package io.tidemark.agent.guard;

import io.tidemark.schemas.id.DomainUuid;

/// One line that the agent writes to its guard: a word, then one argument or none. Times are from the line's
/// reading, so that the two processes need no common clock.
public sealed interface GuardLine {
    /// `watch UUID LEASE_MILLIS`
    record Watch(DomainUuid domain, long leaseMillis) implements GuardLine {}

    /// `frozen THAW_WITHIN_MILLIS`, written before the freeze is asked for.
    record Frozen(long thawWithinMillis) implements GuardLine {}

    /// `job SCRATCH_LIMIT_BYTES`, written after the thaw, or before the job begins if nothing is frozen.
    record Job(long scratchLimitBytes) implements GuardLine {}

    /// `renew LEASE_MILLIS`
    record Renew(long leaseMillis) implements GuardLine {}

    /// `done`
    record Done() implements GuardLine {}

    /// Reads a line; anything else is refused with what was found.
    static GuardLine parse(String line) {
        String[] words = line.strip().split(" ", -1);
        return switch (words[0] + "/" + words.length) {
            case "watch/3" -> new Watch(DomainUuid.of(words[1]), Long.parseLong(words[2]));
            case "frozen/2" -> new Frozen(Long.parseLong(words[1]));
            case "job/2" -> new Job(Long.parseLong(words[1]));
            case "renew/2" -> new Renew(Long.parseLong(words[1]));
            case "done/1" -> new Done();
            default -> throw new IllegalArgumentException(
                    "guard line: expected watch, frozen, job, renew or done with their arguments, found \"" + line
                            + "\"");
        };
    }

    /// The line as [#parse] reads it, without line end.
    default String text() {
        return switch (this) {
            case Watch(DomainUuid domain, long leaseMillis) -> "watch " + domain + " " + leaseMillis;
            case Frozen(long millis) -> "frozen " + millis;
            case Job(long bytes) -> "job " + bytes;
            case Renew(long millis) -> "renew " + millis;
            case Done _ -> "done";
        };
    }
}
