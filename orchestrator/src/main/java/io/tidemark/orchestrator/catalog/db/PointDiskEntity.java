package io.tidemark.orchestrator.catalog.db;

import io.tidemark.orchestrator.catalog.RestorePoint.DiskPart;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `point_disk`, written once. Fields change as Hibernate fills them.
@Entity
@Table(name = "point_disk")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class PointDiskEntity {
    @Id
    @Column(name = "record_key")
    String key;

    @Column(name = "point_id")
    UUID point;

    @Column(name = "disk_id")
    UUID disk;

    String target;

    @Enumerated(EnumType.STRING)
    Level level;

    @Enumerated(EnumType.STRING)
    @Nullable
    Reason reason;

    @Column(name = "virtual_size_bytes")
    long virtualSizeBytes;

    @Column(name = "dirty_bytes")
    long dirtyBytes;

    @Column(name = "stored_bytes")
    long storedBytes;

    @Column(name = "image_identity")
    String imageIdentity;

    @Column(name = "epoch_begun")
    boolean epochBegun;

    @Column(name = "new_bytes")
    @Nullable
    Long newBytes;

    void fill(RestorePointId pointId, DiskPart part) {
        key = pointId + "/" + part.disk();
        point = pointId.value();
        disk = part.disk().value();
        target = part.target();
        level = part.level();
        reason = part.reason();
        virtualSizeBytes = part.virtualSizeBytes();
        dirtyBytes = part.dirtyBytes();
        storedBytes = part.storedBytes();
        imageIdentity = part.imageIdentity();
        epochBegun = part.epochBegun();
        newBytes = part.newBytes();
    }

    DiskPart toPart() {
        return new DiskPart(
                new DiskId(disk),
                target,
                level,
                reason,
                virtualSizeBytes,
                dirtyBytes,
                storedBytes,
                imageIdentity,
                epochBegun,
                newBytes);
    }
}
