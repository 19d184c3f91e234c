package io.tidemark.orchestrator.snapshot.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.orchestrator.snapshot.listing.SnapshotAnswers;
import io.tidemark.schemas.event.AgentEvent.SnapshotsListed;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.QueryId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.Session;

/// Questions to hosts as rows; an answer is kept as the JSON of its message.
@ApplicationScoped
final class SnapshotQueryTable implements SnapshotAnswers {
    private final Session session;
    private final ObjectMapper json;

    SnapshotQueryTable(Session session, ObjectMapper json) {
        this.session = session;
        this.json = json;
    }

    @Override
    public void add(QueryId query, HostId host, Instant askedAt) {
        session.createNativeMutationQuery("insert into snapshot_query (id, host_id, asked_at) values (:id, :host, :at)")
                .setParameter("id", query.value())
                .setParameter("host", host.value())
                .setParameter("at", askedAt)
                .executeUpdate();
    }

    @Override
    public void answer(HostId speaker, SnapshotsListed answer, Instant at) {
        session.createNativeMutationQuery("""
                        update snapshot_query set answered_at = :at, answer = :answer
                        where id = :id and host_id = :host and answered_at is null""")
                .setParameter("at", at)
                .setParameter("answer", text(answer))
                .setParameter("id", answer.query().value())
                .setParameter("host", speaker.value())
                .executeUpdate();
    }

    @Override
    public Optional<SnapshotsListed> answer(QueryId query) {
        return session.createNativeQuery(
                        "select answer from snapshot_query where id = :id and answer is not null", String.class)
                .setParameter("id", query.value())
                .uniqueResultOptional()
                .map(this::read);
    }

    @Override
    public void remove(QueryId query) {
        session.createNativeMutationQuery("delete from snapshot_query where id = :id")
                .setParameter("id", query.value())
                .executeUpdate();
    }

    @Override
    public void removeBefore(Instant then) {
        session.createNativeMutationQuery("delete from snapshot_query where asked_at < :then")
                .setParameter("then", then)
                .executeUpdate();
    }

    private String text(SnapshotsListed answer) {
        try {
            return json.writeValueAsString(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("question " + answer.query() + ": expected a writable answer", e);
        }
    }

    private SnapshotsListed read(String text) {
        try {
            return json.readValue(text, SnapshotsListed.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("snapshot_query.answer: expected JSON of an answer, found " + text, e);
        }
    }
}
