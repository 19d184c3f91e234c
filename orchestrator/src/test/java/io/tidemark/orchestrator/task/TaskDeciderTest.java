package io.tidemark.orchestrator.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.task.TaskDecision.Ignored;
import io.tidemark.orchestrator.task.TaskDecision.Kept;
import io.tidemark.orchestrator.task.TaskDecision.Moved;
import io.tidemark.orchestrator.task.TaskEffect.ListRestorePoint;
import io.tidemark.orchestrator.task.TaskEffect.SendCancel;
import io.tidemark.orchestrator.task.TaskEvent.Admitted;
import io.tidemark.orchestrator.task.TaskEvent.BackupCompleted;
import io.tidemark.orchestrator.task.TaskEvent.BackupFailed;
import io.tidemark.orchestrator.task.TaskEvent.BackupStarted;
import io.tidemark.orchestrator.task.TaskEvent.CancelRequested;
import io.tidemark.orchestrator.task.TaskEvent.CommandRefused;
import io.tidemark.orchestrator.task.TaskEvent.Progressed;
import io.tidemark.orchestrator.task.TaskEvent.TimedOut;
import io.tidemark.orchestrator.task.TaskState.Cancelled;
import io.tidemark.orchestrator.task.TaskState.Cancelling;
import io.tidemark.orchestrator.task.TaskState.Copying;
import io.tidemark.orchestrator.task.TaskState.Dispatched;
import io.tidemark.orchestrator.task.TaskState.Failed;
import io.tidemark.orchestrator.task.TaskState.Queued;
import io.tidemark.orchestrator.task.TaskState.Succeeded;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskDeciderTest {
    private static final Path DIAGRAM = Path.of("..", "docs", "states", "task.md");
    private static final Attempt OLD = new Attempt(1, 1);
    private static final Attempt NOW = new Attempt(1, 2);
    private static final Attempt NEXT = new Attempt(1, 3);
    private static final RestorePointId POINT = RestorePointId.of("00000000-0000-0000-0000-000000000001");
    private static final RestorePointId OTHER = RestorePointId.of("00000000-0000-0000-0000-000000000002");
    private static final List<TaskState> STATES = List.of(
            new Queued(NOW, 1),
            new Dispatched(NOW, POINT, 1),
            new Copying(NOW, POINT, 1, 10),
            new Cancelling(NOW, POINT),
            new Succeeded(NOW, POINT),
            new Failed(NOW, FailureReason.TIMED_OUT),
            new Cancelled(NOW));

    private static List<TaskEvent> events(Attempt attempt) {
        return List.of(
                new Admitted(attempt.equals(NOW) ? NEXT : attempt, POINT),
                new BackupStarted(attempt),
                new Progressed(attempt, 20),
                new BackupCompleted(attempt, POINT),
                new BackupFailed(attempt, FailureReason.SCRATCH_FULL),
                new BackupFailed(attempt, FailureReason.AGENT_RESTARTED),
                new CommandRefused(attempt, FailureReason.VM_OFF),
                new CommandRefused(attempt, FailureReason.SESSION_NOT_GRANTED),
                new CancelRequested(attempt),
                new TimedOut(attempt));
    }

    @Test
    void everyPairOfStateAndEventIsAsTheDocumentSays() throws IOException {
        String expected = document();

        if (Boolean.getBoolean("tidemark.states.write")) {
            Files.createDirectories(DIAGRAM.toAbsolutePath().getParent());
            Files.writeString(DIAGRAM, expected);
        }

        assertThat(Files.readString(DIAGRAM))
                .as("docs/states/task.md; write it anew with -Dtidemark.states.write=true")
                .isEqualTo(expected);
    }

    @Test
    void eventOfAnotherAttemptNeverMovesATask() {
        assertThat(STATES)
                .allSatisfy(state -> assertThat(events(OLD))
                        .allSatisfy(event ->
                                assertThat(TaskDecider.decide(state, event)).isNotInstanceOf(Moved.class)));
    }

    @Test
    void completionThatIsNoLongerWaitedForStillListsThePoint() {
        TaskState failed = new Failed(NOW, FailureReason.TIMED_OUT);

        TaskDecision decision = TaskDecider.decide(failed, new BackupCompleted(OLD, OTHER));

        assertThat(decision).isEqualTo(new Kept(failed, List.of(new ListRestorePoint(OTHER))));
    }

    @Test
    void completionNamingAnotherPointDoesNotEndTheTask() {
        TaskState copying = new Copying(NOW, POINT, 1, 10);

        TaskDecision decision = TaskDecider.decide(copying, new BackupCompleted(NOW, OTHER));

        assertThat(decision).isEqualTo(new Kept(copying, List.of(new ListRestorePoint(OTHER))));
    }

    @Test
    void progressBelowTheLastOneIsIgnored() {
        TaskDecision decision = TaskDecider.decide(new Copying(NOW, POINT, 1, 10), new Progressed(NOW, 10));

        assertThat(decision).isEqualTo(new Ignored("stale progress"));
    }

    @Test
    void commitThatWinsAgainstTheCancelIsASuccess() {
        TaskDecision decision = TaskDecider.decide(new Cancelling(NOW, POINT), new BackupCompleted(NOW, POINT));

        assertThat(decision).isEqualTo(new Moved(new Succeeded(NOW, POINT), List.of(new ListRestorePoint(POINT))));
    }

    @Test
    void timeoutOfARunningCopyTellsTheHostToStop() {
        TaskDecision decision = TaskDecider.decide(new Copying(NOW, POINT, 1, 10), new TimedOut(NOW));

        assertThat(decision)
                .isEqualTo(new Moved(new Failed(NOW, FailureReason.TIMED_OUT), List.of(new SendCancel(NOW))));
    }

    @ParameterizedTest
    @EnumSource(names = {"AGENT_RESTARTED", "COLLECTED_MEANWHILE"})
    void failureThatPassesIsTriedAgainUntilTheTriesAreUsedUp(FailureReason reason) {
        TaskEvent passing = new BackupFailed(NOW, reason);

        TaskDecision second = TaskDecider.decide(new Copying(NOW, POINT, TaskDecider.TRIES_MAX - 1, 10), passing);
        TaskDecision last = TaskDecider.decide(new Copying(NOW, POINT, TaskDecider.TRIES_MAX, 10), passing);

        assertThat(second).isEqualTo(new Moved(new Queued(NOW, TaskDecider.TRIES_MAX - 1), List.of()));
        assertThat(last).isEqualTo(new Moved(new Failed(NOW, reason), List.of()));
    }

    @Test
    void taskThatIsSentAgainIsSentAsANewAttempt() {
        TaskDecision sameAgain = TaskDecider.decide(new Queued(NOW, 1), new Admitted(NOW, POINT));
        TaskDecision anew = TaskDecider.decide(new Queued(NOW, 1), new Admitted(NEXT, POINT));

        assertThat(sameAgain).isInstanceOf(Ignored.class);
        assertThat(anew)
                .isEqualTo(new Moved(
                        new Dispatched(NEXT, POINT, 2),
                        List.of(new TaskEffect.SendStart(NEXT, POINT), new TaskEffect.ScheduleTimeout(NEXT))));
    }

    private static String document() {
        return "# Task states\n\nWritten by TaskDeciderTest, never by hand. Events are of the state's own attempt,\n"
                + "admissions of a new one; the task was sent once before.\n\n"
                + "| state | event | becomes | effects |\n|---|---|---|---|\n"
                + STATES.stream()
                        .flatMap(state -> events(NOW).stream().map(event -> row(state, event)))
                        .collect(Collectors.joining());
    }

    private static String row(TaskState state, TaskEvent event) {
        String outcome = switch (TaskDecider.decide(state, event)) {
            case Moved(TaskState next, List<TaskEffect> effects) -> name(next) + " | " + names(effects);
            case Kept(TaskState _, List<TaskEffect> effects) -> "(stays) | " + names(effects);
            case Ignored(String reason) -> "(ignored: " + reason + ") | ";
        };
        return "| " + name(state) + " | " + named(event) + " | " + outcome + " |\n";
    }

    private static String named(TaskEvent event) {
        return switch (event) {
            case BackupFailed failed -> name(event) + " (" + failed.reason().code() + ")";
            case CommandRefused refused -> name(event) + " (" + refused.reason().code() + ")";
            default -> name(event);
        };
    }

    private static String names(List<TaskEffect> effects) {
        return effects.stream().map(TaskDeciderTest::name).collect(Collectors.joining(", "));
    }

    private static String name(Object fact) {
        return fact.getClass().getSimpleName();
    }
}
