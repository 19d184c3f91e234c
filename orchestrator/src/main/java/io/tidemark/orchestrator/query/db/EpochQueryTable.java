package io.tidemark.orchestrator.query.db;

import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.query.EpochAnswer;
import io.tidemark.orchestrator.query.EpochQueries;
import io.tidemark.orchestrator.query.EpochQuery;
import io.tidemark.orchestrator.query.EpochQueryState;
import io.tidemark.orchestrator.query.EpochQueryState.Answered;
import io.tidemark.orchestrator.query.EpochQueryState.Asked;
import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import io.tidemark.schemas.vocabulary.FailureReason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/// Questions as rows. What a host was asked stays in the row of one that is answered.
@ApplicationScoped
final class EpochQueryTable implements EpochQueries {
    private static final String OPEN = """
            select id from EpochQueryEntity where answeredAt is null and askedAt <= :until order by askedAt""";

    private final Session session;

    EpochQueryTable(Session session) {
        this.session = session;
    }

    @Override
    public void add(EpochQuery query) {
        EpochQueryEntity row = new EpochQueryEntity();
        row.id = query.id().value();
        Asker asker = query.asker();
        row.client = asker == null ? null : asker.client().value();
        row.correlation = asker == null ? null : asker.correlation();
        row.vm = query.subject().vm().value();
        row.disk = query.subject().disk().value();
        row.tracker = query.subject().tracker().value();
        row.askedAt = query.askedAt();
        write(query.state(), row);
        session.persist(row);
    }

    @Override
    public Optional<EpochQuery> byId(QueryId id) {
        return found("id", id.value(), LockModeType.NONE);
    }

    @Override
    public Optional<EpochQuery> byAsker(Asker asker) {
        return session.createSelectionQuery(
                        "from EpochQueryEntity where client = :client and correlation = :correlation",
                        EpochQueryEntity.class)
                .setParameter("client", asker.client().value())
                .setParameter("correlation", asker.correlation())
                .uniqueResultOptional()
                .map(EpochQueryTable::read);
    }

    @Override
    public Optional<EpochQuery> lock(QueryId id) {
        return found("id", id.value(), LockModeType.PESSIMISTIC_WRITE);
    }

    @Override
    public Optional<EpochQuery> lockSent(QueryId sent) {
        return found("sent", sent.value(), LockModeType.PESSIMISTIC_WRITE);
    }

    private Optional<EpochQuery> found(String column, UUID value, LockModeType lock) {
        return session.createSelectionQuery(
                        "from EpochQueryEntity where " + column + " = :value", EpochQueryEntity.class)
                .setParameter("value", value)
                .setLockMode(lock)
                .uniqueResultOptional()
                .map(EpochQueryTable::read);
    }

    @Override
    public List<QueryId> openSince(Instant until) {
        return session.createSelectionQuery(OPEN, UUID.class).setParameter("until", until).getResultList().stream()
                .map(QueryId::new)
                .toList();
    }

    @Override
    public void update(EpochQuery query) {
        EpochQueryEntity row = session.find(EpochQueryEntity.class, query.id().value());
        if (row == null) {
            throw new IllegalStateException("question " + query.id() + ": expected a row that is locked, found none");
        }
        write(query.state(), row);
    }

    private static void write(EpochQueryState state, EpochQueryEntity row) {
        switch (state) {
            case Asked(QueryId sent, HostId host, String token) -> {
                row.sent = sent.value();
                row.host = host.value();
                row.askedToken = token;
            }
            case Answered(Instant at, EpochAnswer.Valid valid) -> {
                row.answeredAt = at;
                row.token = valid.token();
                row.validSince = valid.validSince();
                row.granularityBytes = valid.granularityBytes();
                row.dirtyBytes = valid.dirtyBytes();
            }
            case Answered(Instant at, EpochAnswer.None none) -> {
                row.answeredAt = at;
                row.reason = none.reason();
                row.detail = none.detail();
            }
        }
    }

    private static EpochQuery read(EpochQueryEntity row) {
        return new EpochQuery(
                new QueryId(row.id),
                asker(row),
                new EpochBook.Key(new VmId(row.vm), new DiskId(row.disk), new TrackerId(row.tracker)),
                row.askedAt,
                state(row));
    }

    private static @Nullable Asker asker(EpochQueryEntity row) {
        return row.client == null || row.correlation == null
                ? null
                : new Asker(new ClientId(row.client), row.correlation);
    }

    private static EpochQueryState state(EpochQueryEntity row) {
        return row.answeredAt == null
                ? new Asked(
                        new QueryId(Objects.requireNonNull(row.sent)),
                        new HostId(Objects.requireNonNull(row.host)),
                        Objects.requireNonNull(row.askedToken))
                : new Answered(row.answeredAt, answer(row));
    }

    private static EpochAnswer answer(EpochQueryEntity row) {
        return row.token == null
                ? new EpochAnswer.None(Objects.requireNonNull(row.reason), row.detail)
                : new EpochAnswer.Valid(
                        row.token,
                        Objects.requireNonNull(row.validSince),
                        Objects.requireNonNull(row.granularityBytes),
                        row.dirtyBytes);
    }

    @Override
    public void refuse(Asker asker, RequestFailed refusal, Instant at) {
        session.createNativeMutationQuery("""
                        insert into epoch_query_refusal (client_id, correlation, refused_at, reason, detail)
                        values (:client, :correlation, :at, :reason, :detail)""")
                .setParameter("client", asker.client().value())
                .setParameter("correlation", asker.correlation())
                .setParameter("at", at)
                .setParameter("reason", refusal.reason().name())
                .setParameter("detail", refusal.detail())
                .executeUpdate();
    }

    @Override
    public Optional<RequestFailed> refusal(Asker asker) {
        return session.createNativeQuery("""
                        select reason, detail from epoch_query_refusal
                        where client_id = :client and correlation = :correlation""", Object[].class)
                .setParameter("client", asker.client().value())
                .setParameter("correlation", asker.correlation())
                .uniqueResultOptional()
                .map(row -> new RequestFailed(FailureReason.valueOf((String) row[0]), (String) row[1]));
    }

    @Override
    public void forgetBefore(Instant then) {
        session.createMutationQuery("delete from EpochQueryEntity where answeredAt < :then")
                .setParameter("then", then)
                .executeUpdate();
        session.createNativeMutationQuery("delete from epoch_query_refusal where refused_at < :then")
                .setParameter("then", then)
                .executeUpdate();
    }
}
