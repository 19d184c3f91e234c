package io.tidemark.orchestrator.restore.db;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `restore_task`. Fields are not final because Hibernate fills them.
@Entity
@Table(name = "restore_task")
@SuppressWarnings("NullAway.Init") // Hibernate fills what is not nullable
class RestoreEntity {
    @Id
    UUID id;

    @Column(name = "vm_id")
    UUID vmId;

    @Column(name = "point_id")
    UUID pointId;

    @Column(name = "repository_id")
    String repositoryId;

    @Column(name = "host_id")
    UUID hostId;

    /// JSON: an array of target, path and format.
    String disks;

    @Column(name = "new_domain_name")
    @Nullable
    String newDomainName;

    @Column(name = "new_domain_uuid")
    @Nullable
    UUID newDomainUuid;

    String state;

    @Column(name = "attempt_incarnation")
    long attemptIncarnation;

    @Column(name = "attempt_sequence")
    long attemptSequence;

    @Column(name = "bytes_written")
    long bytesWritten;

    @Column(name = "bytes_total")
    long bytesTotal;

    @Column(name = "failure_reason")
    @Nullable
    String failureReason;

    @Nullable
    String detail;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "deadline_at")
    Instant deadlineAt;

    @Column(name = "ended_at")
    @Nullable
    Instant endedAt;

    @Version
    long version;
}
