package io.tidemark.orchestrator.incarnation;

import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.schemas.command.MaintenanceCommand.RaiseIncarnation;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.MaintenanceEvent.IncarnationRaised;
import io.tidemark.schemas.event.MaintenanceEvent.RepositoryCreated;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;

/// Compares the catalog's incarnation with what repositories state, and raises theirs to ours.
@ApplicationScoped
final class IncarnationWatch implements MessageHandler {
    private final Incarnation incarnation;
    private final List<IncarnationListener> listeners;
    private final Outbox outbox;

    IncarnationWatch(Incarnation incarnation, List<IncarnationListener> listeners, Outbox outbox) {
        this.incarnation = incarnation;
        this.listeners = listeners;
        this.outbox = outbox;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(RepositoryCreated.class, IncarnationRaised.class);
    }

    @Override
    public void handle(Received<?> received) {
        switch (received.envelope().body()) {
            case RepositoryCreated(RepositoryId repository, long stated) -> compare(repository, stated, received);
            case IncarnationRaised(RepositoryId repository, long stated) -> compare(repository, stated, received);
            default ->
                throw new IllegalStateException("heard " + received.envelope().body());
        }
    }

    private void compare(RepositoryId repository, long stated, Received<?> received) {
        boolean isRaised = incarnation.heard(repository, stated);
        long ours = incarnation.current();
        if (isRaised) {
            listeners.forEach(listener -> listener.raised(ours));
        }
        if (stated < ours) {
            String id = repository.value();
            outbox.add(new OutgoingMessage(
                    Topics.maintenanceCommands(repository),
                    id,
                    new RaiseIncarnation(repository, ours),
                    id,
                    new OutgoingMessage.Provenance(null, received.envelope().id(), null, null)));
        }
    }
}
