package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.host.Vm;
import io.tidemark.schemas.id.RepositoryId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/// Which policy decides how many points of a VM stay in a repository: of those in force, the one that keeps most.
/// Pure.
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

    Map<RepositoryId, Policy> of(Vm vm) {
        Map<RepositoryId, Policy> most = new HashMap<>();
        for (Policy policy : inForce) {
            if (policy.terms().selection().matches(vm.id(), vm.name())) {
                most.merge(policy.terms().repository(), policy, MOST);
            }
        }
        return most;
    }
}
