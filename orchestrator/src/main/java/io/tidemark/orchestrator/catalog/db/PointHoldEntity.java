package io.tidemark.orchestrator.catalog.db;

import io.tidemark.orchestrator.catalog.PointHold;
import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/// A row of `point_hold`, written once. Fields change as Hibernate fills them.
@Entity
@Table(name = "point_hold")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class PointHoldEntity {
    @Id
    UUID id;

    @Column(name = "point_id")
    UUID point;

    @Column(name = "repository_id")
    String repository;

    String reason;

    @Column(name = "held_at")
    Instant heldAt;

    PointHold toHold() {
        return new PointHold(new HoldId(id), new RestorePointId(point), new RepositoryId(repository), reason, heldAt);
    }
}
