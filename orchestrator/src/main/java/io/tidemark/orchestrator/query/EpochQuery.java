package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.query.EpochQueryState.Answered;
import io.tidemark.orchestrator.query.EpochQueryState.Asked;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.request.ClientReply.EpochAnswered;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A question about one disk's epoch.
///
/// @param id stays the same, also if the question is sent again with another
/// @param asker null for one that waits for the answer over REST
public record EpochQuery(
        QueryId id, @Nullable Asker asker, EpochBook.Key subject, Instant askedAt, EpochQueryState state) {
    EpochQuery in(EpochQueryState next) {
        return new EpochQuery(id, asker, subject, askedAt, next);
    }

    /// Empty while nobody has answered.
    public Optional<Answered> answered() {
        return state instanceof Answered answered ? Optional.of(answered) : Optional.empty();
    }

    /// The reply to a client, once there is an answer. Where there is no epoch, nothing has a granularity.
    @Nullable
    EpochAnswered reply() {
        return switch (state) {
            case Asked _ -> null;
            case Answered(Instant _, EpochAnswer.None none) ->
                new EpochAnswered(
                        subject.vm(),
                        subject.disk(),
                        subject.tracker(),
                        null,
                        null,
                        0,
                        null,
                        none.reason(),
                        none.detail());
            case Answered(Instant _, EpochAnswer.Valid valid) ->
                new EpochAnswered(
                        subject.vm(),
                        subject.disk(),
                        subject.tracker(),
                        valid.token(),
                        valid.validSince(),
                        valid.granularityBytes(),
                        valid.dirtyBytes(),
                        null,
                        null);
        };
    }
}
