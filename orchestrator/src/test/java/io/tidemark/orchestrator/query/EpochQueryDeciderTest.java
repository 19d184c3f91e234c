package io.tidemark.orchestrator.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.epoch.Verdict;
import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.orchestrator.epoch.Verdict.Unknown;
import io.tidemark.orchestrator.epoch.Verdict.Valid;
import io.tidemark.orchestrator.query.EpochFacts.Ended;
import io.tidemark.orchestrator.query.EpochFacts.Heard;
import io.tidemark.orchestrator.query.EpochFacts.Live;
import io.tidemark.orchestrator.query.EpochFacts.Silent;
import io.tidemark.orchestrator.query.EpochQueryDecision.Ignored;
import io.tidemark.orchestrator.query.EpochQueryDecision.Moved;
import io.tidemark.orchestrator.query.EpochQueryEffect.SendObserve;
import io.tidemark.orchestrator.query.EpochQueryEvent.LimitReached;
import io.tidemark.orchestrator.query.EpochQueryEvent.Observed;
import io.tidemark.orchestrator.query.EpochQueryState.Answered;
import io.tidemark.orchestrator.query.EpochQueryState.Asked;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.vocabulary.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EpochQueryDeciderTest {
    private static final Path DIAGRAM = Path.of("..", "docs", "states", "epoch.md");
    private static final String WRITTEN = "Written by EpochQueryDeciderTest, never by hand.";
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final QueryId SENT = new QueryId(new UUID(9, 1));
    private static final QueryId FRESH = new QueryId(new UUID(9, 2));
    private static final HostId HOST = new HostId(new UUID(2, 1));
    private static final HostId OTHER = new HostId(new UUID(2, 2));
    private static final SessionId SESSION = new SessionId(new UUID(2, 3));
    private static final Live LIVE = new Live("token", NOW);
    private static final Live MOVED_ON = new Live("another", NOW);
    private static final Ended ENDED = new Ended(Reason.BITMAP_MISSING, null);
    private static final Heard HEARD = new Heard(HOST, SESSION);
    private static final Asked ASKED = new Asked(SENT, HOST, "token");
    private static final Verdict VALID = new Valid(65_536, 131_072L);
    private static final Broken BROKEN = new Broken(Reason.BITMAP_INCONSISTENT, "why", 5);

    private static EpochFacts facts(EpochFacts.Epochal epoch, EpochFacts.Reach reach) {
        return new EpochFacts(epoch, reach, FRESH, NOW);
    }

    private static Observed observed(EpochFacts.Epochal epoch, EpochFacts.Reach reach, Verdict verdict) {
        return new Observed(SENT, HOST, facts(epoch, reach), verdict);
    }

    private static Map<String, EpochFacts> questions() {
        Map<String, EpochFacts> facts = new LinkedHashMap<>();
        facts.put("the epoch lives", facts(LIVE, HEARD));
        facts.put("the epoch lives, its host is silent", facts(LIVE, new Silent(HOST, "why")));
        facts.put("there is no epoch", facts(ENDED, HEARD));
        return facts;
    }

    private static Map<String, EpochQueryState> states() {
        Map<String, EpochQueryState> states = new LinkedHashMap<>();
        states.put("Asked", ASKED);
        states.put("Answered", new Answered(NOW, new EpochAnswer.None(Reason.NOT_TRACKED, null)));
        return states;
    }

    private static Map<String, EpochQueryEvent> events() {
        Map<String, EpochQueryEvent> events = new LinkedHashMap<>();
        events.put("Observed, valid", observed(LIVE, HEARD, VALID));
        events.put("Observed, broken", observed(LIVE, HEARD, BROKEN));
        events.put("Observed, nothing known by it", observed(LIVE, HEARD, new Unknown("why")));
        events.put("Observed, valid, the epoch has ended since", observed(ENDED, HEARD, VALID));
        events.put("Observed, valid, another epoch began since", observed(MOVED_ON, HEARD, VALID));
        events.put("Observed, broken, another epoch began since", observed(MOVED_ON, HEARD, BROKEN));
        events.put("Observed, valid, the VM has moved since", observed(LIVE, new Heard(OTHER, SESSION), VALID));
        events.put("Observed, valid, the VM has moved to a silent host", observed(LIVE, new Silent(OTHER, ""), VALID));
        events.put("Observed, valid, the host's lease is over", observed(LIVE, new Silent(HOST, ""), VALID));
        events.put("Observed by another host", new Observed(SENT, OTHER, facts(LIVE, HEARD), VALID));
        events.put("Observed as asked before", new Observed(FRESH, HOST, facts(LIVE, HEARD), VALID));
        events.put("LimitReached", new LimitReached(Duration.ofSeconds(5), NOW));
        return events;
    }

    @Test
    void everyPairOfStateAndEventIsAsTheDocumentSays() throws IOException {
        String document = Files.readString(DIAGRAM);
        String byHand = document.substring(0, document.indexOf(WRITTEN));

        if (Boolean.getBoolean("tidemark.states.write")) {
            Files.writeString(DIAGRAM, byHand + table());
        }

        assertThat(Files.readString(DIAGRAM))
                .as("docs/states/epoch.md; write it anew with -Dtidemark.states.write=true")
                .isEqualTo(byHand + table());
    }

    @Test
    void tokenIsHandedOutWithWhatTheHostCounted() {
        assertThat(decided(observed(LIVE, HEARD, VALID)).state())
                .isEqualTo(new Answered(NOW, new EpochAnswer.Valid("token", NOW, 65_536, 131_072L)));
    }

    @Test
    void questionIsSentAgainWithAnotherIdAndToTheHostThatHasTheVm() {
        assertThat(decided(observed(MOVED_ON, HEARD, VALID)).state()).isEqualTo(new Asked(FRESH, HOST, "another"));
        assertThat(decided(observed(LIVE, new Heard(OTHER, SESSION), VALID)))
                .isEqualTo(
                        new Moved(new Asked(FRESH, OTHER, "token"), List.of(new SendObserve(FRESH, OTHER, SESSION))));
    }

    @Test
    void limitSaysHowLongWasWaited() {
        assertThat(decided(new LimitReached(Duration.ofSeconds(5), NOW)).state())
                .isEqualTo(new Answered(
                        NOW,
                        new EpochAnswer.None(
                                Reason.HOST_UNREACHABLE,
                                "host " + HOST + ": expected its word within PT5S, found none")));
    }

    private static Moved decided(EpochQueryEvent event) {
        return (Moved) EpochQueryDecider.decide(ASKED, event);
    }

    private static String table() {
        return WRITTEN + " An answer is a token, or a reason why there is none.\n\n"
                + "| state | event | becomes | effects |\n|---|---|---|---|\n"
                + questions().entrySet().stream()
                        .map(asked -> row("(new)", asked.getKey(), EpochQueryDecider.ask(asked.getValue())))
                        .collect(Collectors.joining())
                + states().entrySet().stream()
                        .flatMap(state -> events().entrySet().stream()
                                .map(event -> row(
                                        state.getKey(),
                                        event.getKey(),
                                        EpochQueryDecider.decide(state.getValue(), event.getValue()))))
                        .collect(Collectors.joining());
    }

    private static String row(String state, String event, EpochQueryDecision decision) {
        String outcome = switch (decision) {
            case Moved(EpochQueryState next, List<EpochQueryEffect> effects) ->
                name(next) + " | "
                        + effects.stream()
                                .map(effect -> effect.getClass().getSimpleName())
                                .collect(Collectors.joining(", "));
            case Ignored(String reason) -> "(ignored: " + reason + ") | ";
        };
        return "| " + state + " | " + event + " | " + outcome + " |\n";
    }

    private static String name(EpochQueryState state) {
        return switch (state) {
            case Asked(QueryId sent, HostId host, String _) ->
                "Asked" + (sent.equals(FRESH) ? ", a new id" : "") + (host.equals(OTHER) ? ", the other host" : "");
            case Answered(Instant _, EpochAnswer.Valid _) -> "Answered: the token";
            case Answered(Instant _, EpochAnswer.None none) ->
                "Answered: none, " + none.reason().code();
        };
    }
}
