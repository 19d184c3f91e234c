package io.tidemark.orchestrator.host;

import io.tidemark.orchestrator.incarnation.IncarnationListener;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.schemas.command.AgentCommand.GrantSession;
import io.tidemark.schemas.command.AgentCommand.SendReport;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SessionId;
import jakarta.enterprise.context.ApplicationScoped;

/// Tells every agent of a catalog that was restored from an older copy, and asks what is there by now. An agent
/// reports by itself what differs from its last report, and no more.
@ApplicationScoped
public final class FreshReports implements IncarnationListener {
    private final HostStore store;
    private final Outbox outbox;
    private final HostSupplies supplies;

    FreshReports(HostStore store, Outbox outbox, HostSupplies supplies) {
        this.store = store;
        this.outbox = outbox;
        this.supplies = supplies;
    }

    @Override
    public void raised(long incarnation) {
        for (Host host : store.hosts()) {
            SessionId session = host.session();
            if (session != null) {
                send(
                        host,
                        session,
                        new GrantSession(session, supplies.limits().lease().toMillis(), incarnation));
                send(host, session, new SendReport());
            }
        }
    }

    /// Asks every host that is heard for a report.
    public void ask() {
        store.hosts().forEach(this::ask);
    }

    /// Asks one host for a report, if it is heard.
    public void ask(HostId host) {
        store.host(host).ifPresent(this::ask);
    }

    private void ask(Host host) {
        SessionId session = host.session();
        if (session != null) {
            send(host, session, new SendReport());
        }
    }

    private void send(Host host, SessionId session, Object command) {
        String key = host.id().toString();
        outbox.add(new OutgoingMessage(
                Topics.hostCommands(host.id()), key, command, key, new Provenance(null, null, session, null)));
    }
}
