package io.tidemark.orchestrator.run;

import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Quiescing;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A firing to open: one task for each VM.
///
/// @param policy null when a person or a client asked
/// @param correlation carried through commands, events and replies; null mints none
public record RunRequest(
        @Nullable PolicyId policy,
        List<VmId> vms,
        RepositoryId repository,
        Options options,
        @Nullable String correlation) {
    public RunRequest {
        vms = List.copyOf(vms);
        if (vms.isEmpty()) {
            throw new IllegalArgumentException("run: expected at least one VM, found none");
        }
    }

    /// How each VM is backed up.
    ///
    /// @param tracker whose line of backups it is in
    /// @param deadline how long each task may take from now on, waiting included
    public record Options(TrackerId tracker, Quiescing quiescing, BackupLevel level, Duration deadline) {}
}
