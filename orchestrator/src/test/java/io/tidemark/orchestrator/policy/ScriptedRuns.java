package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.run.RunRequest;
import io.tidemark.orchestrator.run.RunView;
import io.tidemark.orchestrator.run.Runs;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Remembers which runs were opened, for one thread; a test says which VMs are busy.
final class ScriptedRuns implements Runs, RunView {
    private final List<List<VmId>> opened = new ArrayList<>();
    private final List<RunRequest.Options> options = new ArrayList<>();
    private final Set<VmId> busy = new HashSet<>();

    /// The VMs of each run, in order.
    List<List<VmId>> opened() {
        return List.copyOf(opened);
    }

    /// What was asked for with each run, in order.
    List<RunRequest.Options> options() {
        return List.copyOf(options);
    }

    void makeBusy(VmId vm) {
        busy.add(vm);
    }

    @Override
    public Opened open(RunRequest request) {
        opened.add(request.vms());
        options.add(request.options());
        return new Opened(new RunId(new UUID(0, opened.size())), Map.of());
    }

    @Override
    public Optional<Run> run(RunId run) {
        return Optional.empty();
    }

    @Override
    public List<Run> recent(int limit) {
        return List.of();
    }

    @Override
    public Set<VmId> busy(PolicyId policy) {
        return Set.copyOf(busy);
    }
}
