package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.policy.Policy.Snapshots;
import io.tidemark.orchestrator.snapshot.SnapshotOpening;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome.Opened;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome.Refused;
import io.tidemark.orchestrator.snapshot.SnapshotService;
import io.tidemark.orchestrator.snapshot.SnapshotService.Story;
import io.tidemark.orchestrator.snapshot.SnapshotState;
import io.tidemark.orchestrator.snapshot.SnapshotWish;
import io.tidemark.orchestrator.snapshot.SnapshotWish.OfVm;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Opens the same tasks as a person's request does. A snapshot is named after its id, as VMs may share a namespace.
@ApplicationScoped
final class PolicySnapshotsByTask implements PolicySnapshots {
    private static final Logger LOG = Logger.getLogger(PolicySnapshotsByTask.class);

    private final SnapshotOpening opening;
    private final SnapshotService service;

    PolicySnapshotsByTask(SnapshotOpening opening, SnapshotService service) {
        this.opening = opening;
        this.service = service;
    }

    @Override
    public Set<VmId> busy(PolicyId policy) {
        return kept(policy).stream()
                .map(Story::snapshot)
                .filter(snapshot -> snapshot.state() == SnapshotState.CREATING)
                .map(snapshot -> Objects.requireNonNull(snapshot.vm()))
                .collect(Collectors.toSet());
    }

    @Override
    public Optional<String> take(Policy policy, VmId vm) {
        Policy.Terms terms = policy.terms();
        Snapshots wanted = (Snapshots) terms.purpose();
        SnapshotOutcome outcome = opening.create(
                new SnapshotWish(
                        new OfVm(vm, null, null),
                        null,
                        "policy " + policy.name(),
                        wanted.kind(),
                        wanted.mechanism(),
                        Map.of(),
                        terms.quiescing().asked(),
                        wanted.memory(),
                        terms.deadline(),
                        policy.id()),
                null);
        return switch (outcome) {
            case Opened _ -> Optional.empty();
            case Refused refused -> Optional.of(String.valueOf(refused.refusal().getMessage()));
        };
    }

    @Override
    public List<Story> kept(PolicyId policy) {
        return service.of(policy);
    }

    @Override
    public void giveUp(SnapshotId snapshot) {
        switch (opening.delete(snapshot, null, null)) {
            case Opened(var task) -> LOG.infof("retention gives up snapshot %s by task %s", snapshot, task.id());
            case Refused refused ->
                LOG.infof(
                        "retention leaves snapshot %s for now: %s",
                        snapshot, refused.refusal().getMessage());
        }
    }
}
