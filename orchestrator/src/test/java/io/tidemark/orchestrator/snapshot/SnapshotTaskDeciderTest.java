package io.tidemark.orchestrator.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.snapshot.SnapshotTaskDecision.Ignored;
import io.tidemark.orchestrator.snapshot.SnapshotTaskDecision.Moved;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.EndEpochs;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.MoveSnapshot;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.PublishEnd;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.SendCancel;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.SendCommand;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEffect.TellAsker;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.CancelAsked;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.Done;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.HostReady;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.Refused;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.SentInVain;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.TimedOut;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Dispatched;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.DoneLate;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Failed;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Succeeded;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Waiting;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SnapshotTaskDeciderTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "states", "snapshot.md");
    private static final String TABLE_BEGINS = "| action | state | event | becomes | effects |\n";
    private static final Attempt OLD = new Attempt(1, 1);
    private static final Attempt NOW = new Attempt(1, 2);
    private static final Attempt NEXT = new Attempt(1, 3);
    private static final List<SnapshotTaskState> STATES = List.of(
            new Waiting(NOW, false),
            new Waiting(NOW, true),
            new Dispatched(NOW),
            new Succeeded(NOW),
            new Failed(NOW, FailureReason.TIMED_OUT),
            new DoneLate(NOW, FailureReason.TIMED_OUT));

    private static List<SnapshotTaskEvent> events(Attempt attempt) {
        return List.of(
                new HostReady(attempt),
                new Done(attempt),
                new Refused(attempt, FailureReason.NO_SPACE),
                new SentInVain(attempt, NEXT),
                new TimedOut(attempt),
                new CancelAsked(attempt));
    }

    /// The prose above the table is written by hand.
    @Test
    void everyPairOfStateAndEventIsAsTheDocumentSays() throws IOException {
        String document = Files.readString(DOCUMENT);
        String prose = document.substring(0, document.indexOf(TABLE_BEGINS));

        if (Boolean.getBoolean("tidemark.states.write")) {
            Files.writeString(DOCUMENT, prose + table());
        }

        assertThat(Files.readString(DOCUMENT))
                .as("docs/states/snapshot.md; write its table anew with -Dtidemark.states.write=true")
                .isEqualTo(prose + table());
    }

    @ParameterizedTest
    @EnumSource(SnapshotAction.class)
    void onlyWhatIsDoneCountsOfAnotherAttempt(SnapshotAction action) {
        assertThat(STATES)
                .allSatisfy(state -> assertThat(events(OLD))
                        .filteredOn(event -> !(event instanceof Done))
                        .allSatisfy(event -> assertThat(SnapshotTaskDecider.decide(action, state, event))
                                .isInstanceOf(Ignored.class)));
    }

    @ParameterizedTest
    @EnumSource(SnapshotAction.class)
    void everyEndIsPublishedAndToldOnce(SnapshotAction action) {
        assertThat(STATES)
                .filteredOn(state -> !state.isTerminal())
                .allSatisfy(state -> assertThat(events(NOW))
                        .map(event -> SnapshotTaskDecider.decide(action, state, event))
                        .filteredOn(decision -> decision instanceof Moved(var next, var _) && next.isTerminal())
                        .allSatisfy(decision -> assertThat(((Moved) decision).effects())
                                .containsOnlyOnce(new PublishEnd(), new TellAsker())));
    }

    @Test
    void revertEndsTheEpochsBeforeItIsSentAndOnceMoreAsItEnds() {
        Moved sent =
                (Moved) SnapshotTaskDecider.decide(SnapshotAction.REVERT, new Waiting(NOW, false), new HostReady(NOW));
        Moved done = (Moved) SnapshotTaskDecider.decide(SnapshotAction.REVERT, sent.state(), new Done(NOW));

        assertThat(sent.effects()).containsExactly(new EndEpochs(), new SendCommand(NOW));
        assertThat(done.effects()).startsWith(new EndEpochs(), new MoveSnapshot(SnapshotState.PRESENT));
    }

    @Test
    void revertThatWasNeverSentEndsNoEpoch() {
        Moved late =
                (Moved) SnapshotTaskDecider.decide(SnapshotAction.REVERT, new Waiting(NOW, false), new TimedOut(NOW));

        assertThat(late.state()).isEqualTo(new Failed(NOW, FailureReason.HOST_UNREACHABLE));
        assertThat(late.effects()).doesNotContain(new EndEpochs());
    }

    /// Only the host knows whether it came in time.
    @Test
    void cancelEndsWhatWaitsAndAsksTheHostOfWhatWasSent() {
        Moved waited = (Moved)
                SnapshotTaskDecider.decide(SnapshotAction.CREATE, new Waiting(NOW, false), new CancelAsked(NOW));
        Moved sent =
                (Moved) SnapshotTaskDecider.decide(SnapshotAction.CREATE, new Dispatched(NOW), new CancelAsked(NOW));

        assertThat(waited.state()).isEqualTo(new Failed(NOW, FailureReason.CANCELLED));
        assertThat(waited.effects()).contains(new MoveSnapshot(SnapshotState.FAILED), new PublishEnd());
        assertThat(sent.state()).isEqualTo(new Dispatched(NOW));
        assertThat(sent.effects()).containsExactly(new SendCancel(NOW));
    }

    @Test
    void snapshotThatWasTakenAfterAllIsListed() {
        Moved late = (Moved) SnapshotTaskDecider.decide(
                SnapshotAction.CREATE, new Failed(NOW, FailureReason.TIMED_OUT), new Done(OLD));

        assertThat(late.state()).isEqualTo(new DoneLate(NOW, FailureReason.TIMED_OUT));
        assertThat(late.effects()).containsExactly(new MoveSnapshot(SnapshotState.PRESENT), new PublishEnd());
    }

    private static Stream<Arguments> seeds() {
        return Arrays.stream(SnapshotAction.values())
                .flatMap(action -> LongStream.range(0, 500).mapToObj(seed -> Arguments.of(action, seed)));
    }

    /// Events of all attempts in any order and number, and the deadline at last: one end is told to the client, at
    /// most one correction follows, and the same events again change nothing.
    @ParameterizedTest
    @MethodSource("seeds")
    void everyHistoryEndsOnceAndRepeatingItChangesNothing(SnapshotAction action, long seed) {
        Random random = new Random(seed);
        History history = new History(action);
        List<SnapshotTaskEvent> said = new ArrayList<>();

        for (int step = 0; step < 30; step++) {
            Attempt attempt = new Attempt(1, 1 + random.nextInt(4));
            List<SnapshotTaskEvent> possible = List.of(
                    new HostReady(history.state.attempt()),
                    new Done(attempt),
                    new Refused(attempt, FailureReason.NO_SPACE),
                    new SentInVain(attempt, new Attempt(1, attempt.sequence() + 1)),
                    new CancelAsked(attempt));
            SnapshotTaskEvent event = possible.get(random.nextInt(possible.size()));
            said.add(event);
            history.happens(event);
        }
        history.happens(new TimedOut(history.state.attempt()));

        assertThat(history.state.isTerminal()).as(said.toString()).isTrue();
        assertThat(history.count(new TellAsker())).isEqualTo(1);
        assertThat(history.count(new PublishEnd())).isEqualTo(history.state instanceof DoneLate ? 2 : 1);
        boolean isDone = !(history.state instanceof Failed);
        List<SnapshotTaskEffect> before = List.copyOf(history.effects);
        said.stream().filter(event -> isDone || !(event instanceof Done)).forEach(history::happens);
        assertThat(history.effects).isEqualTo(before);
    }

    /// One task as its events move it.
    private static final class History {
        private final SnapshotAction action;
        private final List<SnapshotTaskEffect> effects = new ArrayList<>();
        private SnapshotTaskState state = new Waiting(new Attempt(1, 1), false);

        private History(SnapshotAction action) {
            this.action = action;
        }

        private void happens(SnapshotTaskEvent event) {
            if (SnapshotTaskDecider.decide(action, state, event) instanceof Moved(var next, var asked)) {
                state = next;
                effects.addAll(asked);
            }
        }

        private long count(SnapshotTaskEffect effect) {
            return effects.stream().filter(effect::equals).count();
        }
    }

    private static String table() {
        return TABLE_BEGINS + "|---|---|---|---|---|\n"
                + Arrays.stream(SnapshotAction.values())
                        .flatMap(action -> STATES.stream()
                                .flatMap(state -> events(NOW).stream().map(event -> row(action, state, event))))
                        .collect(Collectors.joining());
    }

    private static String row(SnapshotAction action, SnapshotTaskState state, SnapshotTaskEvent event) {
        String outcome = switch (SnapshotTaskDecider.decide(action, state, event)) {
            case Moved(SnapshotTaskState next, List<SnapshotTaskEffect> effects) ->
                name(next) + " | "
                        + effects.stream().map(SnapshotTaskDeciderTest::effect).collect(Collectors.joining(", "));
            case Ignored(String reason) -> "(ignored: " + reason + ") | ";
        };
        return "| " + action.code() + " | " + name(state) + " | "
                + event.getClass().getSimpleName() + " | " + outcome + " |\n";
    }

    private static String effect(SnapshotTaskEffect effect) {
        String name = effect.getClass().getSimpleName();
        return effect instanceof MoveSnapshot(SnapshotState to) ? name + " to " + to.code() : name;
    }

    private static String name(SnapshotTaskState state) {
        String name = state.getClass().getSimpleName();
        return state instanceof Waiting(var _, boolean wasSent) && wasSent ? name + ", sent before" : name;
    }
}
