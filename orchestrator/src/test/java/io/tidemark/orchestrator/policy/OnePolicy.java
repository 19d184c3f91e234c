package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.schemas.id.PolicyId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/// A store of a single policy in memory, for one thread; the unit of work is the call itself. The policy is not
/// final: it is what the store is for.
final class OnePolicy implements Policies, Transactions {
    private PolicyStatus policy;

    OnePolicy(PolicyStatus policy) {
        this.policy = policy;
    }

    PolicyStatus now() {
        return policy;
    }

    @Override
    public <T> T call(Supplier<T> work) {
        return work.get();
    }

    @Override
    public List<PolicyStatus> all() {
        return List.of(policy);
    }

    @Override
    public Optional<PolicyStatus> byId(PolicyId id) {
        return Optional.of(policy).filter(known -> known.policy().id().equals(id));
    }

    @Override
    public Optional<PolicyStatus> lock(PolicyId id) {
        return byId(id);
    }

    @Override
    public Optional<PolicyStatus> byName(String name) {
        return Optional.of(policy).filter(known -> known.policy().name().equals(name));
    }

    @Override
    public void store(PolicyStatus changed) {
        policy = changed;
    }

    @Override
    public boolean delete(PolicyId id) {
        throw new UnsupportedOperationException("the one policy stays");
    }

    @Override
    public Optional<PolicyStatus> claimDue(Instant now) {
        return Optional.of(policy)
                .filter(known -> known.nextDue() != null)
                .filter(known -> !Objects.requireNonNull(known.nextDue()).isAfter(now));
    }
}
