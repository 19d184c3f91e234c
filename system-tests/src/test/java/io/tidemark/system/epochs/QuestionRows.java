package io.tidemark.system.epochs;

import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.query.EpochQueries;
import io.tidemark.orchestrator.query.EpochQuery;
import io.tidemark.orchestrator.query.EpochQueryState.Asked;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Questions of people, who wait for the answer.
final class QuestionRows implements EpochQueries {
    private final Map<QueryId, EpochQuery> rows = new LinkedHashMap<>();
    /// Each id that a host was asked with, and the question that it was for.
    private final Map<QueryId, QueryId> sent = new HashMap<>();
    private final EpochBook book;
    private final EpochFlaw flaw;

    QuestionRows(EpochBook book, EpochFlaw flaw) {
        this.book = book;
        this.flaw = flaw;
    }

    @Override
    public void add(EpochQuery query) {
        update(query);
    }

    @Override
    public Optional<EpochQuery> byId(QueryId id) {
        return Optional.ofNullable(rows.get(id));
    }

    @Override
    public Optional<EpochQuery> byAsker(Asker asker) {
        return Optional.empty();
    }

    @Override
    public Optional<EpochQuery> lock(QueryId id) {
        return byId(id);
    }

    @Override
    public Optional<EpochQuery> lockSent(QueryId id) {
        return Optional.ofNullable(sent.get(id))
                .flatMap(this::byId)
                .map(query -> query.state() instanceof Asked asked ? flawed(query, asked, id) : query)
                .filter(query ->
                        !(query.state() instanceof Asked asked) || asked.sent().equals(id));
    }

    private EpochQuery flawed(EpochQuery query, Asked asked, QueryId id) {
        Asked flawed = switch (flaw) {
            case EARLIER_ANSWER_TAKEN -> new Asked(id, asked.host(), asked.token());
            case TOKEN_NOT_COMPARED ->
                new Asked(
                        asked.sent(),
                        asked.host(),
                        Objects.requireNonNullElse(
                                book.find(query.subject()).orElseThrow().epoch().token(), ""));
            default -> asked;
        };
        return new EpochQuery(query.id(), query.asker(), query.subject(), query.askedAt(), flawed);
    }

    @Override
    public List<QueryId> openSince(Instant until) {
        return rows.values().stream()
                .filter(query -> query.answered().isEmpty() && !query.askedAt().isAfter(until))
                .map(EpochQuery::id)
                .toList();
    }

    @Override
    public void update(EpochQuery query) {
        rows.put(query.id(), query);
        if (query.state() instanceof Asked asked) {
            sent.put(asked.sent(), query.id());
        }
    }

    @Override
    public void refuse(Asker asker, RequestFailed refusal, Instant at) {
        throw new UnsupportedOperationException("no client asks here");
    }

    @Override
    public Optional<RequestFailed> refusal(Asker asker) {
        return Optional.empty();
    }

    @Override
    public void forgetBefore(Instant then) {
        throw new UnsupportedOperationException("nothing is forgotten here");
    }
}
