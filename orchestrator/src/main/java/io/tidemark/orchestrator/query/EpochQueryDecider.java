package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.orchestrator.epoch.Verdict.Unknown;
import io.tidemark.orchestrator.epoch.Verdict.Valid;
import io.tidemark.orchestrator.query.EpochFacts.Ended;
import io.tidemark.orchestrator.query.EpochFacts.Heard;
import io.tidemark.orchestrator.query.EpochFacts.Live;
import io.tidemark.orchestrator.query.EpochFacts.Silent;
import io.tidemark.orchestrator.query.EpochQueryDecision.Ignored;
import io.tidemark.orchestrator.query.EpochQueryDecision.Moved;
import io.tidemark.orchestrator.query.EpochQueryEffect.EndEpoch;
import io.tidemark.orchestrator.query.EpochQueryEffect.SendObserve;
import io.tidemark.orchestrator.query.EpochQueryEffect.TellAsker;
import io.tidemark.orchestrator.query.EpochQueryEvent.LimitReached;
import io.tidemark.orchestrator.query.EpochQueryEvent.Observed;
import io.tidemark.orchestrator.query.EpochQueryState.Answered;
import io.tidemark.orchestrator.query.EpochQueryState.Asked;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state machine of a question about an epoch. Pure: no clock, no I/O, no randomness.
///
/// A token is handed out on one ground only: the host looked after the question, and what it saw fits the epoch
/// that was live when the question was sent and is live still. If the epoch has moved meanwhile, or the VM, the
/// host's word may be older than what it would be held against, and the question is sent again.
final class EpochQueryDecider {
    private EpochQueryDecider() {}

    /// What becomes of a question that is sent, for the first time or again.
    static Moved ask(EpochFacts facts) {
        return switch (facts.epoch()) {
            case Ended(Reason reason, String detail) -> answered(facts.now(), none(reason, detail), List.of());
            case Live live -> send(live, facts);
        };
    }

    private static Moved send(Live live, EpochFacts facts) {
        return switch (facts.reach()) {
            case Silent silent -> answered(facts.now(), unreachable(silent.why()), List.of());
            case Heard(var host, var session) ->
                new Moved(
                        new Asked(facts.fresh(), host, live.token()),
                        List.of(new SendObserve(facts.fresh(), host, session)));
        };
    }

    /// What `event` makes of a question that stands in `state`.
    static EpochQueryDecision decide(EpochQueryState state, EpochQueryEvent event) {
        return switch (state) {
            case Asked asked -> whileAsked(asked, event);
            case Answered _ -> new Ignored("the question is answered");
        };
    }

    private static EpochQueryDecision whileAsked(Asked asked, EpochQueryEvent event) {
        return switch (event) {
            case Observed seen
            when !seen.query().equals(asked.sent()) -> new Ignored("the question was sent again since");
            case Observed seen when !seen.speaker().equals(asked.host()) -> new Ignored("another host was asked");
            case Observed seen -> observed(asked, seen);
            case LimitReached(var limit, Instant at) ->
                answered(
                        at,
                        unreachable("host " + asked.host() + ": expected its word within " + limit + ", found none"),
                        List.of());
        };
    }

    private static EpochQueryDecision observed(Asked asked, Observed seen) {
        EpochFacts facts = seen.facts();
        boolean isSameHost = asked.host().equals(facts.reach().host());
        return facts.epoch() instanceof Live live && live.token().equals(asked.token()) && isSameHost
                ? judged(live, seen)
                : ask(facts);
    }

    private static Moved judged(Live live, Observed seen) {
        Instant now = seen.facts().now();
        return switch (seen.verdict()) {
            case Valid(long granularityBytes, Long dirtyBytes) ->
                answered(
                        now,
                        new EpochAnswer.Valid(live.token(), live.validSince(), granularityBytes, dirtyBytes),
                        List.of());
            case Broken broken -> answered(now, none(broken.reason(), broken.detail()), List.of(new EndEpoch(broken)));
            case Unknown(String why) -> answered(now, none(Reason.NOT_OBSERVED, why), List.of());
        };
    }

    private static EpochAnswer unreachable(String why) {
        return none(Reason.HOST_UNREACHABLE, why);
    }

    private static EpochAnswer none(Reason reason, @Nullable String detail) {
        return new EpochAnswer.None(reason, detail);
    }

    private static Moved answered(Instant at, EpochAnswer answer, List<EpochQueryEffect> first) {
        List<EpochQueryEffect> effects = new ArrayList<>(first);
        effects.add(new TellAsker());
        return new Moved(new Answered(at, answer), effects);
    }
}
