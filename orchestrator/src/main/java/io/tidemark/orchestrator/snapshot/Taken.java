package io.tidemark.orchestrator.snapshot;

import io.tidemark.schemas.event.AgentEvent.SnapshotCreated;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// A snapshot as its host took it.
///
/// @param memory whether the VM's memory is kept with it
/// @param figures what it cost the guest
/// @param members one a volume, as they lie on the host
public record Taken(
        Instant takenAt, Consistency consistency, boolean memory, Figures figures, List<SnapshotMember> members) {
    public Taken {
        members = List.copyOf(members);
    }

    /// What was measured while it was taken.
    ///
    /// @param freezeMillis how long the guest's file systems were frozen
    /// @param pauseMillis how long its vCPUs stood still
    /// @param skewMicros between the first and the last moment at which a member was taken
    public record Figures(long freezeMillis, long pauseMillis, long skewMicros, long durationMillis) {}

    static Taken of(SnapshotCreated told) {
        Figures figures =
                new Figures(told.freezeMillis(), told.pauseMillis(), told.skewMicros(), told.durationMillis());
        Instant takenAt = told.takenAt().truncatedTo(ChronoUnit.MICROS); // told as PostgreSQL keeps it
        return new Taken(takenAt, told.consistency(), told.memory(), figures, told.members());
    }
}
