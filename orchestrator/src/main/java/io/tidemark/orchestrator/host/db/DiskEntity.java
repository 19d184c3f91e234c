package io.tidemark.orchestrator.host.db;

import io.tidemark.orchestrator.host.Disk;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `disk`. Fields change as Hibernate fills them and with each report.
@Entity
@Table(name = "disk")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class DiskEntity {
    @Id
    UUID id;

    @Column(name = "vm_id")
    UUID vm;

    String target;

    @Nullable
    String serial;

    @Enumerated(EnumType.STRING)
    ImageFormat format;

    @Column(name = "virtual_size_bytes")
    long virtualSizeBytes;

    @Column(name = "image_identity")
    String imageIdentity;

    boolean trackable;

    @Column(name = "why_not")
    @Enumerated(EnumType.STRING)
    @Nullable
    Reason whyNot;

    boolean present;

    long revision;

    void fill(Disk disk) {
        vm = disk.vm().value();
        target = disk.target();
        serial = disk.serial();
        format = disk.format();
        virtualSizeBytes = disk.virtualSizeBytes();
        imageIdentity = disk.imageIdentity();
        trackable = disk.trackable();
        whyNot = disk.whyNot();
        present = disk.present();
        revision = disk.revision();
    }

    Disk toDisk() {
        return new Disk(
                new DiskId(id),
                new VmId(vm),
                target,
                serial,
                format,
                virtualSizeBytes,
                imageIdentity,
                trackable,
                whyNot,
                present,
                revision);
    }
}
