package io.tidemark.orchestrator.host.db;

import io.tidemark.orchestrator.host.Host;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SessionId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `host`. Fields change as Hibernate fills them and with each heartbeat.
@Entity
@Table(name = "host")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class HostEntity {
    @Id
    UUID id;

    String name;

    @Column(name = "enrolled_at")
    Instant enrolledAt;

    @Nullable
    UUID session;

    @Column(name = "lease_until")
    @Nullable
    Instant leaseUntil;

    @Column(name = "last_heard_at")
    @Nullable
    Instant lastHeardAt;

    @Column(name = "hypervisor_reachable")
    boolean hypervisorReachable;

    @Column(name = "agent_version")
    @Nullable
    String agentVersion;

    long revision;

    void fill(Host host) {
        name = host.name();
        enrolledAt = host.enrolledAt();
        session = host.session() == null ? null : host.session().value();
        leaseUntil = host.leaseUntil();
        lastHeardAt = host.lastHeardAt();
        hypervisorReachable = host.hypervisorReachable();
        agentVersion = host.agentVersion();
        revision = host.revision();
    }

    Host toHost() {
        return new Host(
                new HostId(id),
                name,
                enrolledAt,
                session == null ? null : new SessionId(session),
                leaseUntil,
                lastHeardAt,
                hypervisorReachable,
                agentVersion,
                revision);
    }
}
