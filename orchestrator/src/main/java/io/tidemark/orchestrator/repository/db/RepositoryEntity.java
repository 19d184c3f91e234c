package io.tidemark.orchestrator.repository.db;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A row of `repository`. Fields are not final because Hibernate fills them.
@Entity
@Table(name = "repository")
@SuppressWarnings("NullAway.Init") // Hibernate fills what is not nullable
class RepositoryEntity {
    @Id
    String id;

    String state;

    long incarnation;

    @Nullable
    String detail;

    @Column(name = "unlisted_points")
    int unlistedPoints;

    @Column(name = "registered_at")
    Instant registeredAt;
}
