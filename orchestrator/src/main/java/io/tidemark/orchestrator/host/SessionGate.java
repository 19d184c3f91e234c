package io.tidemark.orchestrator.host;

import io.tidemark.orchestrator.inbox.Gatekeeper;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SessionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Lets through what a host says in its current session, and every start of an agent: replays, hosts that are back
/// after a week and cloned hosts all end here.
@ApplicationScoped
final class SessionGate implements Gatekeeper {
    private static final Logger LOG = Logger.getLogger(SessionGate.class);

    private final HostStore store;

    SessionGate(HostStore store) {
        this.store = store;
    }

    @Override
    public boolean accepts(Received<?> received) {
        Optional<HostId> speaker = Topics.hostOfEvents(received.place().topic());
        return speaker.isEmpty() || accepts(speaker.get(), received);
    }

    private boolean accepts(HostId speaker, Received<?> received) {
        Optional<Host> host = store.host(speaker);
        if (received.envelope().body() instanceof AgentStarted started) {
            if (!started.host().equals(speaker)) {
                throw new UnacceptableMessage(
                        "host: expected " + speaker + ", whose topic this is, found " + started.host());
            }
            if (host.isEmpty()) {
                throw new UnacceptableMessage("host " + speaker + ": expected an enrolled one");
            }
            return true;
        }
        SessionId session = received.envelope().session();
        boolean isCurrent =
                session != null && host.isPresent() && session.equals(host.get().session());
        if (!isCurrent) {
            LOG.infof(
                    "ignored %s of host %s, offset %d: session %s is not the host's",
                    received.envelope().body().getClass().getSimpleName(),
                    speaker,
                    received.place().offset(),
                    session);
        }
        return isCurrent;
    }
}
