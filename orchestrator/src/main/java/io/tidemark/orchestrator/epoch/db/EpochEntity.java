package io.tidemark.orchestrator.epoch.db;

import io.tidemark.orchestrator.epoch.DiskThen;
import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.epoch.EpochStore.Numbered;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `epoch`. Fields change as Hibernate fills them and with each move.
@Entity
@Table(name = "epoch")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class EpochEntity {
    @Id
    @Column(name = "record_key")
    String key;

    @Column(name = "vm_id")
    UUID vm;

    @Column(name = "disk_id")
    UUID disk;

    String tracker;

    @Column(name = "point_id")
    @Nullable
    UUID point;

    @Column(name = "repository_id")
    @Nullable
    String repository;

    @Nullable
    String token;

    @Column(name = "valid_since")
    @Nullable
    Instant validSince;

    @Column(name = "granularity_bytes")
    long granularityBytes;

    @Column(name = "image_identity")
    @Nullable
    String imageIdentity;

    @Column(name = "virtual_size_bytes")
    @Nullable
    Long virtualSizeBytes;

    @Column(name = "host_id")
    @Nullable
    UUID host;

    @Enumerated(EnumType.STRING)
    @Nullable
    Reason reason;

    @Column(name = "attempt_incarnation")
    long attemptIncarnation;

    @Column(name = "attempt_sequence")
    long attemptSequence;

    long revision;

    void fill(Numbered numbered) {
        Epoch epoch = numbered.epoch();
        vm = epoch.vm().value();
        disk = epoch.disk().value();
        tracker = epoch.tracker().value();
        point = epoch.point() == null ? null : epoch.point().value();
        repository = epoch.repository() == null ? null : epoch.repository().value();
        token = epoch.token();
        validSince = epoch.validSince();
        granularityBytes = epoch.granularityBytes();
        reason = epoch.reason();
        imageIdentity = numbered.disk().imageIdentity();
        virtualSizeBytes = numbered.disk().virtualSizeBytes();
        host = numbered.seenOn() == null ? null : numbered.seenOn().value();
        attemptIncarnation = numbered.attempt().incarnation();
        attemptSequence = numbered.attempt().sequence();
        revision = epoch.revision();
    }

    Numbered toNumbered() {
        return new Numbered(
                toEpoch(),
                new Attempt(attemptIncarnation, attemptSequence),
                new DiskThen(imageIdentity, virtualSizeBytes),
                host == null ? null : new HostId(host));
    }

    Epoch toEpoch() {
        return new Epoch(
                new VmId(vm),
                new DiskId(disk),
                new TrackerId(tracker),
                point == null ? null : new RestorePointId(point),
                repository == null ? null : new RepositoryId(repository),
                token,
                validSince,
                granularityBytes,
                reason,
                revision);
    }
}
