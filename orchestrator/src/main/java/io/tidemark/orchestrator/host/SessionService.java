package io.tidemark.orchestrator.host;

import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.schemas.command.AgentCommand.GrantSession;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.event.AgentEvent.Heartbeat;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SessionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Grants and renews sessions. A session that was replaced never comes back, however late its start is heard.
@ApplicationScoped
final class SessionService implements MessageHandler {
    private static final Logger LOG = Logger.getLogger(SessionService.class);

    private final HostStore store;
    private final Outbox outbox;
    private final Incarnation incarnation;
    private final List<SessionListener> listeners;
    private final HostSupplies supplies;

    SessionService(
            HostStore store,
            Outbox outbox,
            Incarnation incarnation,
            List<SessionListener> listeners,
            HostSupplies supplies) {
        this.store = store;
        this.outbox = outbox;
        this.incarnation = incarnation;
        this.listeners = listeners;
        this.supplies = supplies;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(AgentStarted.class, Heartbeat.class);
    }

    @Override
    public void handle(Received<?> received) {
        HostId id = Topics.hostOfEvents(received.place().topic()).orElseThrow();
        Host host = store.lockHost(id).orElseThrow();
        switch (received.envelope().body()) {
            case AgentStarted started -> started(host, started);
            case Heartbeat beat -> beaten(host, beat);
            default ->
                throw new IllegalStateException("heard " + received.envelope().body());
        }
    }

    private void started(Host host, AgentStarted started) {
        Instant now = supplies.clock().instant();
        SessionId session = started.session();
        if (session.equals(host.session())) {
            store.save(heard(host, session, grant(host.id(), session), host.hypervisorReachable()));
            return;
        }
        if (!store.isNewSession(host.id(), session, now)) {
            LOG.infof("ignored a late start of session %s of host %s, which was replaced", session, host.id());
            return;
        }
        Instant leaseUntil = grant(host.id(), session);
        Host granted = new Host(
                host.id(),
                host.name(),
                host.enrolledAt(),
                session,
                leaseUntil,
                now,
                host.hypervisorReachable(),
                started.version(),
                host.revision() + 1);
        store.save(granted);
        new InventoryRows(outbox).tell(granted);
        LOG.infof("host %s (%s): agent %s began session %s", host.id(), host.name(), started.version(), session);
        listeners.forEach(listener -> listener.began(host.id(), started.journalIntact()));
    }

    /// Renews when half of the lease is over, so that one lost grant does not stop work.
    private void beaten(Host host, Heartbeat beat) {
        SessionId session = host.session();
        Instant now = supplies.clock().instant();
        Duration half = supplies.limits().lease().dividedBy(2);
        Instant leaseUntil = host.leaseUntil();
        if (session != null && (leaseUntil == null || now.isAfter(leaseUntil.minus(half)))) {
            leaseUntil = grant(host.id(), session);
        }
        if (beat.hypervisorReachable() != host.hypervisorReachable()) {
            LOG.infof("host %s: hypervisor reachable: %s", host.id(), beat.hypervisorReachable());
        }
        store.save(heard(host, session, leaseUntil, beat.hypervisorReachable()));
    }

    private Host heard(
            Host host, @Nullable SessionId session, @Nullable Instant leaseUntil, boolean hypervisorReachable) {
        return new Host(
                host.id(),
                host.name(),
                host.enrolledAt(),
                session,
                leaseUntil,
                supplies.clock().instant(),
                hypervisorReachable,
                host.agentVersion(),
                host.revision());
    }

    private Instant grant(HostId host, SessionId session) {
        Duration lease = supplies.limits().lease();
        outbox.add(new OutgoingMessage(
                Topics.hostCommands(host),
                host.toString(),
                new GrantSession(session, lease.toMillis(), incarnation.current()),
                host.toString(),
                new Provenance(null, null, session, null)));
        return supplies.clock().instant().plus(lease);
    }
}
