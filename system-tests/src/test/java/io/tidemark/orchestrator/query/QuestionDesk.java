package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import java.util.Optional;

/// Questions and the hosts' words, without the rest of the orchestrator.
public final class QuestionDesk {
    private final EpochQuestions questions;
    private final MessageHandler observations;

    public QuestionDesk(EpochQueries queries, EpochBook book, Hosts hosts, Outbox outbox, EpochQuerySupplies supplies) {
        questions = new EpochQuestions(queries, book, hosts, outbox, supplies);
        observations = new EpochObservations(queries, questions, book, hosts);
    }

    public QueryId ask(QueryEpoch wish) {
        return switch (questions.ask(wish)) {
            case EpochQuestions.Outcome.Taken(EpochQuery query) -> query.id();
            case EpochQuestions.Outcome.Refused(var refusal) ->
                throw new IllegalStateException("question: expected it to be taken, found " + refusal);
        };
    }

    public void hear(Received<?> word) {
        observations.handle(word);
    }

    /// Answers what has waited too long.
    public void expire() {
        questions.expire();
    }

    /// Empty while there is none.
    public Optional<EpochAnswer> answer(QueryId question) {
        return questions.byId(question).orElseThrow().answered().map(EpochQueryState.Answered::answer);
    }
}
