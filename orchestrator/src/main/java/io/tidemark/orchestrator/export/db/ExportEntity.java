package io.tidemark.orchestrator.export.db;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `catalog_export`. Fields are not final because Hibernate fills them.
@Entity
@Table(name = "catalog_export")
@SuppressWarnings("NullAway.Init") // Hibernate fills what is not nullable
class ExportEntity {
    @Id
    @Column(name = "repository_id")
    String repository;

    @Column(name = "export_id")
    UUID export;

    String state;

    @Nullable
    String digest;

    int pages;

    @Nullable
    String detail;

    @Column(name = "asked_at")
    Instant askedAt;
}
