package io.tidemark.orchestrator.policy;

import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Quiescing;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is to be protected, when, how and for how long.
///
/// @param name unique among policies
public record Policy(PolicyId id, String name, Terms terms) {
    /// What was agreed.
    ///
    /// @param keepLast how many stay at least, from 1: points of each VM and its tracker, or snapshots of each VM
    /// @param deadline how long one task may take, waiting included
    public record Terms(
            Schedule schedule,
            Selection selection,
            Purpose purpose,
            Quiescing quiescing,
            int keepLast,
            Duration deadline,
            boolean enabled) {}

    /// What it takes of a VM each time.
    public sealed interface Purpose {}

    /// A backup.
    ///
    /// @param tracker whose line of backups it is in
    /// @param level what each one is asked to be
    public record Backups(RepositoryId repository, TrackerId tracker, BackupLevel level) implements Purpose {}

    /// A snapshot of the whole VM, which stays on the VM's host.
    ///
    /// @param kind null for what suits each disk, as is the mechanism
    /// @param memory whether the memory of a VM that runs is to be kept with it
    public record Snapshots(
            @Nullable SnapshotKind kind, @Nullable SnapshotMechanism mechanism, boolean memory) implements Purpose {}
}
