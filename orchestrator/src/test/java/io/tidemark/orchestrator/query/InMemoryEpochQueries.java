package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.query.EpochQueryState.Asked;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Questions in memory, for one thread.
final class InMemoryEpochQueries implements EpochQueries {
    private final Map<QueryId, EpochQuery> rows = new LinkedHashMap<>();
    private final Map<QueryId, QueryId> sent = new HashMap<>();
    private final Map<Asker, RequestFailed> refusals = new HashMap<>();
    private final Map<Asker, Instant> refusedAt = new HashMap<>();

    @Override
    public void add(EpochQuery query) {
        if (rows.containsKey(query.id())) {
            throw new IllegalStateException("question " + query.id() + ": expected a new one, found it stored");
        }
        update(query);
    }

    @Override
    public Optional<EpochQuery> byId(QueryId id) {
        return Optional.ofNullable(rows.get(id));
    }

    @Override
    public Optional<EpochQuery> byAsker(Asker asker) {
        return rows.values().stream()
                .filter(query -> asker.equals(query.asker()))
                .findFirst();
    }

    @Override
    public Optional<EpochQuery> lock(QueryId id) {
        return byId(id);
    }

    /// As in the table, a question that is answered is still found by what its host was asked with last.
    @Override
    public Optional<EpochQuery> lockSent(QueryId asked) {
        return rows.values().stream()
                .filter(query -> asked.equals(sent.get(query.id())))
                .findFirst();
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
            sent.put(query.id(), asked.sent());
        }
    }

    @Override
    public void refuse(Asker asker, RequestFailed refusal, Instant at) {
        refusals.put(asker, refusal);
        refusedAt.put(asker, at);
    }

    @Override
    public Optional<RequestFailed> refusal(Asker asker) {
        return Optional.ofNullable(refusals.get(asker));
    }

    @Override
    public void forgetBefore(Instant then) {
        rows.values()
                .removeIf(query -> query.answered()
                        .filter(answered -> answered.at().isBefore(then))
                        .isPresent());
        refusals.keySet().removeIf(asker -> refusedAt.getOrDefault(asker, then).isBefore(then));
    }
}
