package io.tidemark.orchestrator.request;

import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.snapshot.SnapshotAsking;
import io.tidemark.schemas.request.ClientRequest.RequestSnapshot;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;

/// Takes clients' requests about snapshots. One correlation id stands for one request of one kind.
@ApplicationScoped
public final class SnapshotRequests implements MessageHandler {
    private final RequestService service;
    private final SnapshotAsking snapshots;
    private final UsedCorrelations used;

    public SnapshotRequests(RequestService service, SnapshotAsking snapshots, UsedCorrelations used) {
        this.service = service;
        this.snapshots = snapshots;
        this.used = used;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(RequestSnapshot.class);
    }

    @Override
    public void handle(Received<?> received) {
        Asked.Key key = RequestService.key(received);
        Optional<String> other = used.byOther(RequestSnapshot.class, key);
        if (other.isPresent()) {
            service.refuseUsed(key, other.get());
        } else {
            snapshots.hear((RequestSnapshot) received.envelope().body(), new Asker(key.client(), key.correlation()));
        }
    }
}
