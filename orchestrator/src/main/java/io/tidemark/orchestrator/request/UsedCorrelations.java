package io.tidemark.orchestrator.request;

import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.query.EpochQuestions;
import io.tidemark.orchestrator.snapshot.SnapshotAsking;
import io.tidemark.schemas.request.ClientRequest;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import io.tidemark.schemas.request.ClientRequest.RequestBackup;
import io.tidemark.schemas.request.ClientRequest.RequestSnapshot;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/// Which correlation ids clients have used, as far as each kind of request remembers them.
@ApplicationScoped
public final class UsedCorrelations {
    private final Requests requests;
    private final EpochQuestions questions;
    private final SnapshotAsking snapshots;

    public UsedCorrelations(Requests requests, EpochQuestions questions, SnapshotAsking snapshots) {
        this.requests = requests;
        this.questions = questions;
        this.snapshots = snapshots;
    }

    /// The kind of an earlier request under that id, if it was another one.
    Optional<String> byOther(Class<? extends ClientRequest> kind, Asked.Key key) {
        Asker asker = new Asker(key.client(), key.correlation());
        if (kind != RequestBackup.class && requests.byKey(key).isPresent()) {
            return Optional.of(RequestBackup.class.getSimpleName());
        }
        if (kind != QueryEpoch.class && questions.isAsked(asker)) {
            return Optional.of(QueryEpoch.class.getSimpleName());
        }
        if (kind != RequestSnapshot.class && snapshots.isAsked(asker)) {
            return Optional.of(RequestSnapshot.class.getSimpleName());
        }
        return Optional.empty();
    }
}
