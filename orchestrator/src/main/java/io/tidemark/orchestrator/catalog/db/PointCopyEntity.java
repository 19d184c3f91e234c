package io.tidemark.orchestrator.catalog.db;

import io.tidemark.orchestrator.catalog.RestorePoint.Copy;
import io.tidemark.orchestrator.catalog.RestorePoint.CopyState;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/// A row of `point_copy`. Fields change as Hibernate fills them and as the copy is let go.
@Entity
@Table(name = "point_copy")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class PointCopyEntity {
    @Id
    @Column(name = "record_key")
    String key;

    @Column(name = "point_id")
    UUID point;

    @Column(name = "repository_id")
    String repository;

    @Enumerated(EnumType.STRING)
    CopyState state;

    @Column(name = "commit_digest")
    String commitDigest;

    @Column(name = "stored_bytes")
    long storedBytes;

    @Column(name = "new_bytes")
    long newBytes;

    long revision;

    static String key(RestorePointId point, RepositoryId repository) {
        return point + "/" + repository;
    }

    void fill(RestorePointId pointId, Copy copy) {
        key = key(pointId, copy.repository());
        point = pointId.value();
        repository = copy.repository().value();
        state = copy.state();
        commitDigest = copy.commitDigest();
        storedBytes = copy.storedBytes();
        newBytes = copy.newBytes();
        revision = copy.revision();
    }

    Copy toCopy() {
        return new Copy(new RepositoryId(repository), state, commitDigest, storedBytes, newBytes, revision);
    }
}
