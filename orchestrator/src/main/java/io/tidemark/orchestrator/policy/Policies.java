package io.tidemark.orchestrator.policy;

import io.tidemark.schemas.id.PolicyId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where policies' rows are kept. Joins the caller's transaction.
public interface Policies {
    /// By name.
    List<PolicyStatus> all();

    Optional<PolicyStatus> byId(PolicyId id);

    /// The policy as it is now, kept from others until the transaction ends: a firing must not be undone.
    Optional<PolicyStatus> lock(PolicyId id);

    Optional<PolicyStatus> byName(String name);

    /// Adds the row or replaces it.
    void store(PolicyStatus policy);

    /// False if there was none.
    boolean delete(PolicyId id);

    /// The enabled policy that has been due for longest at `now`, its row locked until the transaction ends; rows
    /// that another replica holds are passed over.
    Optional<PolicyStatus> claimDue(Instant now);
}
