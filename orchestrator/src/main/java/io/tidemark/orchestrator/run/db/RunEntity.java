package io.tidemark.orchestrator.run.db;

import io.tidemark.orchestrator.run.RunStore.Opened;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RunId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `run`. Fields change as Hibernate fills them and when the run ends.
@Entity
@Table(name = "run")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class RunEntity {
    @Id
    UUID id;

    @Column(name = "policy_id")
    @Nullable
    UUID policy;

    @Nullable
    String correlation;

    @Column(name = "opened_at")
    Instant openedAt;

    @Column(name = "ended_at")
    @Nullable
    Instant endedAt;

    void fill(Opened run) {
        id = run.id().value();
        policy = run.policy() == null ? null : run.policy().value();
        correlation = run.correlation();
        openedAt = run.openedAt();
        endedAt = run.endedAt();
    }

    Opened toOpened() {
        return new Opened(new RunId(id), policy == null ? null : new PolicyId(policy), correlation, openedAt, endedAt);
    }
}
