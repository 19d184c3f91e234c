package io.tidemark.orchestrator.request.db;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/// A row of `client`. Fields are not final because Hibernate fills them.
@Entity
@Table(name = "client")
@SuppressWarnings("NullAway.Init") // Hibernate fills what is not nullable
class ClientEntity {
    @Id
    String id;

    @Column(name = "enrolled_at")
    Instant enrolledAt;
}
