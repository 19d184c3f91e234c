package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.policy.PolicyCheck.Checked;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.PolicyId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Creates, replaces and deletes policies. The unit of work is one policy.
@ApplicationScoped
public final class PolicyService {
    private final Policies policies;
    private final PolicyReader reader;
    private final Transactions transactions;
    private final Supplier<UUID> ids;
    private final Clock clock;

    PolicyService(Policies policies, PolicyReader reader, Transactions transactions, Supplier<UUID> ids, Clock clock) {
        this.policies = policies;
        this.reader = reader;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
    }

    /// A new policy; a name that is taken is a conflict.
    public PolicyStatus create(PolicyDraft draft) {
        return transactions.call(() -> {
            Checked checked = reader.read(draft);
            requireFree(checked.name(), null);
            return stored(new PolicyId(ids.get()), checked, null);
        });
    }

    /// New terms for a policy; its next time is counted from now if the schedule has changed.
    public PolicyStatus replace(PolicyId id, PolicyDraft draft) {
        return transactions.call(() -> {
            PolicyStatus before = policies.lock(id).orElseThrow(() -> new Refusal.NoSuch("policy", id));
            Checked checked = reader.read(draft);
            requireFree(checked.name(), id);
            return stored(id, checked, before);
        });
    }

    /// Creates the policy of that name or replaces its terms: the same draft again changes nothing.
    public PolicyStatus apply(PolicyDraft draft) {
        return transactions.call(() -> {
            Checked checked = reader.read(draft);
            Optional<PolicyStatus> known = policies.byName(checked.name())
                    .flatMap(found -> policies.lock(found.policy().id()));
            PolicyId id = known.map(before -> before.policy().id()).orElseGet(() -> new PolicyId(ids.get()));
            return stored(id, checked, known.orElse(null));
        });
    }

    public List<PolicyStatus> all() {
        return transactions.call(policies::all);
    }

    public PolicyStatus policy(PolicyId id) {
        return transactions.call(() -> require(id));
    }

    /// Ends the policy. Its restore points and snapshots stay, and no retention removes them any more.
    public void delete(PolicyId id) {
        transactions.run(() -> {
            if (!policies.delete(id)) {
                throw new Refusal.NoSuch("policy", id);
            }
        });
    }

    private PolicyStatus require(PolicyId id) {
        return policies.byId(id).orElseThrow(() -> new Refusal.NoSuch("policy", id));
    }

    private void requireFree(String name, @Nullable PolicyId owner) {
        policies.byName(name)
                .filter(other -> !other.policy().id().equals(owner))
                .ifPresent(other -> {
                    throw new Refusal.Conflict(
                            "name",
                            "one that no policy has",
                            "\"" + name + "\", which is policy "
                                    + other.policy().id());
                });
    }

    private PolicyStatus stored(PolicyId id, Checked checked, @Nullable PolicyStatus before) {
        Policy policy = new Policy(id, checked.name(), checked.terms());
        Instant due = before != null && hasSameTimes(before.policy().terms(), checked.terms())
                ? before.nextDue()
                : reader.firstDue(checked.terms(), clock.instant());
        PolicyStatus status = before == null
                ? new PolicyStatus(policy, due, null, null, null)
                : new PolicyStatus(policy, due, before.lastFired(), before.lastRun(), before.lastOutcome());
        policies.store(status);
        return status;
    }

    private static boolean hasSameTimes(Policy.Terms before, Policy.Terms after) {
        return before.schedule().equals(after.schedule()) && before.enabled() == after.enabled();
    }
}
