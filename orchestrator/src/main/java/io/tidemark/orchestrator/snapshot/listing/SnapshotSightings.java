package io.tidemark.orchestrator.snapshot.listing;

import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.snapshot.SnapshotSupplies;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.SnapshotsListed;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/// Hears which snapshots hosts have found as they were asked.
@ApplicationScoped
final class SnapshotSightings implements MessageHandler {
    private final SnapshotAnswers answers;
    private final SnapshotSupplies supplies;

    SnapshotSightings(SnapshotAnswers answers, SnapshotSupplies supplies) {
        this.answers = answers;
        this.supplies = supplies;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(SnapshotsListed.class);
    }

    @Override
    public void handle(Received<?> received) {
        Topics.hostOfEvents(received.place().topic())
                .ifPresent(host -> answers.answer(
                        host,
                        (SnapshotsListed) received.envelope().body(),
                        supplies.clock().instant()));
    }
}
