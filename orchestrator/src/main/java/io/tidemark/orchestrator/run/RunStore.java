package io.tidemark.orchestrator.run;

import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.VmId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where runs are kept. Every call joins the caller's transaction.
public interface RunStore {
    void add(Opened run);

    Optional<Opened> find(RunId run);

    /// The run as it is now, kept from others until the transaction ends.
    Optional<Opened> lock(RunId run);

    void end(RunId run, Instant endedAt);

    List<Opened> recent(int limit);

    /// VMs with a task of this policy that has not ended.
    Set<VmId> busy(PolicyId policy);

    /// A run without its tasks.
    record Opened(
            RunId id,
            @Nullable PolicyId policy,
            @Nullable String correlation,
            Instant openedAt,
            @Nullable Instant endedAt) {}
}
