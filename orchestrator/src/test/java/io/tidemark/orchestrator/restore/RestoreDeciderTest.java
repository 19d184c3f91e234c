package io.tidemark.orchestrator.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.restore.RestoreDecision.Ignored;
import io.tidemark.orchestrator.restore.RestoreDecision.Moved;
import io.tidemark.orchestrator.restore.RestoreEffect.PublishEnd;
import io.tidemark.orchestrator.restore.RestoreEffect.SendCancel;
import io.tidemark.orchestrator.restore.RestoreEvent.AgentRestarted;
import io.tidemark.orchestrator.restore.RestoreEvent.CancelRequested;
import io.tidemark.orchestrator.restore.RestoreEvent.Completed;
import io.tidemark.orchestrator.restore.RestoreEvent.HostReady;
import io.tidemark.orchestrator.restore.RestoreEvent.Progressed;
import io.tidemark.orchestrator.restore.RestoreEvent.Refused;
import io.tidemark.orchestrator.restore.RestoreEvent.Started;
import io.tidemark.orchestrator.restore.RestoreEvent.TimedOut;
import io.tidemark.orchestrator.restore.RestoreState.Cancelling;
import io.tidemark.orchestrator.restore.RestoreState.Dispatched;
import io.tidemark.orchestrator.restore.RestoreState.Failed;
import io.tidemark.orchestrator.restore.RestoreState.Succeeded;
import io.tidemark.orchestrator.restore.RestoreState.Waiting;
import io.tidemark.orchestrator.restore.RestoreState.Writing;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RestoreDeciderTest {
    private static final Path DIAGRAM = Path.of("..", "docs", "states", "restore.md");
    private static final Attempt OLD = new Attempt(1, 1);
    private static final Attempt NOW = new Attempt(1, 2);
    private static final List<RestoreState> STATES = List.of(
            new Waiting(NOW),
            new Dispatched(NOW),
            new Writing(NOW, 10),
            new Cancelling(NOW),
            new Succeeded(NOW, 30),
            new Failed(NOW, FailureReason.TIMED_OUT));

    private static List<RestoreEvent> events(Attempt attempt) {
        return List.of(
                new HostReady(attempt),
                new Started(attempt),
                new Progressed(attempt, 20),
                new Completed(attempt, 30),
                new Refused(attempt, FailureReason.TARGET_EXISTS),
                new AgentRestarted(attempt),
                new CancelRequested(attempt),
                new TimedOut(attempt));
    }

    @Test
    void everyPairOfStateAndEventIsAsTheDocumentSays() throws IOException {
        String expected = document();

        if (Boolean.getBoolean("tidemark.states.write")) {
            Files.writeString(DIAGRAM, expected);
        }

        assertThat(Files.readString(DIAGRAM))
                .as("docs/states/restore.md; write it anew with -Dtidemark.states.write=true")
                .isEqualTo(expected);
    }

    @Test
    void eventOfAnotherAttemptNeverMovesARestore() {
        assertThat(STATES)
                .allSatisfy(state -> assertThat(events(OLD))
                        .allSatisfy(event ->
                                assertThat(RestoreDecider.decide(state, event)).isInstanceOf(Ignored.class)));
    }

    @Test
    void everyEndIsPublishedOnce() {
        assertThat(STATES)
                .filteredOn(state -> !state.isTerminal())
                .allSatisfy(state -> assertThat(events(NOW))
                        .map(event -> RestoreDecider.decide(state, event))
                        .filteredOn(decision -> decision instanceof Moved(RestoreState next, List<RestoreEffect> _)
                                && next.isTerminal())
                        .allSatisfy(decision ->
                                assertThat(((Moved) decision).effects()).containsOnlyOnce(new PublishEnd())));
    }

    @Test
    void progressBelowTheLastOneIsIgnored() {
        assertThat(RestoreDecider.decide(new Writing(NOW, 10), new Progressed(NOW, 10)))
                .isEqualTo(new Ignored("stale progress"));
    }

    @Test
    void restoreThatNoHostTookUpEndsAsHostUnreachable() {
        assertThat(RestoreDecider.decide(new Waiting(NOW), new TimedOut(NOW)))
                .isEqualTo(new Moved(new Failed(NOW, FailureReason.HOST_UNREACHABLE), List.of(new PublishEnd())));
    }

    @Test
    void timeoutOfARunningRestoreTellsTheHostToStop() {
        assertThat(RestoreDecider.decide(new Writing(NOW, 10), new TimedOut(NOW)))
                .isEqualTo(new Moved(
                        new Failed(NOW, FailureReason.TIMED_OUT), List.of(new SendCancel(NOW), new PublishEnd())));
    }

    private static String document() {
        return "# Restore states\n\nWritten by RestoreDeciderTest, never by hand. Events are of the state's own "
                + "attempt.\n\n| state | event | becomes | effects |\n|---|---|---|---|\n"
                + STATES.stream()
                        .flatMap(state -> events(NOW).stream().map(event -> row(state, event)))
                        .collect(Collectors.joining());
    }

    private static String row(RestoreState state, RestoreEvent event) {
        String outcome = switch (RestoreDecider.decide(state, event)) {
            case Moved(RestoreState next, List<RestoreEffect> effects) ->
                name(next) + " | "
                        + effects.stream().map(RestoreDeciderTest::name).collect(Collectors.joining(", "));
            case Ignored(String reason) -> "(ignored: " + reason + ") | ";
        };
        return "| " + name(state) + " | " + name(event) + " | " + outcome + " |\n";
    }

    private static String name(Object fact) {
        return fact.getClass().getSimpleName();
    }
}
