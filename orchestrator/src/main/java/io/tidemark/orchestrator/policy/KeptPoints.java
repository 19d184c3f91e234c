package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.policy.Policy.Backups;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TrackerId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/// Which policy decides how many points of a VM stay in a repository, for each tracker: of those in force, the one
/// that keeps most. Pure.
final class KeptPoints {
    private static final BinaryOperator<Policy> MOST = BinaryOperator.maxBy(
            Comparator.comparingInt(policy -> policy.terms().keepLast()));

    private final List<Policy> inForce;

    KeptPoints(List<PolicyStatus> all) {
        this.inForce = all.stream()
                .map(PolicyStatus::policy)
                .filter(policy -> policy.terms().enabled())
                .toList();
    }

    /// One tracker's points in one repository.
    record Line(RepositoryId repository, TrackerId tracker) {
        boolean has(RestorePoint point) {
            return point.tracker().equals(tracker);
        }
    }

    Map<Line, Policy> of(Vm vm) {
        Map<Line, Policy> most = new HashMap<>();
        for (Policy policy : inForce) {
            Policy.Terms terms = policy.terms();
            if (terms.purpose() instanceof Backups backups && terms.selection().matches(vm.id(), vm.name())) {
                most.merge(new Line(backups.repository(), backups.tracker()), policy, MOST);
            }
        }
        return most;
    }
}
