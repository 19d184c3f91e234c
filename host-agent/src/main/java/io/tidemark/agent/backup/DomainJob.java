package io.tidemark.agent.backup;

import io.tidemark.schemas.id.RestorePointId;

/// What holds a domain's one job slot.
public sealed interface DomainJob {
    /// Nothing: a backup may begin.
    record None() implements DomainJob {}

    /// A backup that bears our mark, of that restore point.
    record OurBackup(RestorePointId point) implements DomainJob {}

    /// A job of somebody else: a backup without our mark, a migration, a save, a dump.
    record Foreign(String kind) implements DomainJob {}
}
