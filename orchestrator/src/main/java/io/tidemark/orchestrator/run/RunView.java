package io.tidemark.orchestrator.run;

import io.tidemark.orchestrator.task.Task;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.VmId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs and their tasks, to be read.
public interface RunView {
    Optional<Run> run(RunId run);

    /// The newest first, at most `limit`.
    List<Run> recent(int limit);

    /// VMs with a task of this policy that has not ended.
    Set<VmId> busy(PolicyId policy);

    /// One firing.
    record Run(
            RunId id,
            @Nullable PolicyId policy,
            @Nullable String correlation,
            Instant openedAt,
            @Nullable Instant endedAt,
            List<Task> tasks) {
        public Run {
            tasks = List.copyOf(tasks);
        }
    }
}
