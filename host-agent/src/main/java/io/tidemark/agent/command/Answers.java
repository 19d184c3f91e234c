package io.tidemark.agent.command;

import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.CreateSnapshot;
import io.tidemark.schemas.command.AgentCommand.DeleteSnapshot;
import io.tidemark.schemas.command.AgentCommand.GrantSession;
import io.tidemark.schemas.command.AgentCommand.ListSnapshots;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.RevertSnapshot;
import io.tidemark.schemas.command.AgentCommand.SendReport;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageTypes;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.BackupProgressed;
import io.tidemark.schemas.event.AgentEvent.BackupStarted;
import io.tidemark.schemas.event.AgentEvent.CheckpointsRetired;
import io.tidemark.schemas.event.AgentEvent.CommandRefused;
import io.tidemark.schemas.event.AgentEvent.Heartbeat;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.AgentEvent.RestoreCompleted;
import io.tidemark.schemas.event.AgentEvent.RestoreFailed;
import io.tidemark.schemas.event.AgentEvent.RestoreProgressed;
import io.tidemark.schemas.event.AgentEvent.RestoreStarted;
import io.tidemark.schemas.event.AgentEvent.SnapshotCreated;
import io.tidemark.schemas.event.AgentEvent.SnapshotDeleted;
import io.tidemark.schemas.event.AgentEvent.SnapshotFailed;
import io.tidemark.schemas.event.AgentEvent.SnapshotReverted;
import io.tidemark.schemas.event.AgentEvent.SnapshotsListed;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.vocabulary.FailureReason;

/// Sends what is to be said about commands. The event that ends one is in the journal before the command counts as
/// answered, so that a death between the two asks again instead of forgetting.
final class Answers {
    /// Answered commands after which the journal is written anew without what no longer counts.
    private static final int COMPACT_EVERY = 1000;

    private final Journal journal;
    private final EventOutbox outbox;
    private int answered;

    /// `answered` is not final because it counts.
    Answers(Journal journal, EventOutbox outbox) {
        this.journal = journal;
        this.outbox = outbox;
    }

    /// Whether the event ends the command that it is about.
    static boolean isEnd(AgentEvent event) {
        return switch (event) {
            case BackupCompleted _, BackupFailed _, RestoreCompleted _, RestoreFailed _ -> true;
            case CheckpointsRetired _, CommandRefused _ -> true;
            case SnapshotCreated _, SnapshotReverted _, SnapshotDeleted _, SnapshotFailed _ -> true;
            case BackupStarted _, RestoreStarted _, VmObserved _, SnapshotsListed _ -> false;
            case BackupProgressed _, RestoreProgressed _ -> false;
            case AgentStarted _, Heartbeat _, InventoryReported _ -> false;
        };
    }

    /// How a command is told to have failed that no more is known of.
    static AgentEvent failure(Envelope<AgentCommand> command, FailureReason reason, String detail) {
        return switch (command.body()) {
            case StartBackup backup -> new BackupFailed(backup.task(), backup.point(), backup.vm(), reason, detail);
            case StartRestore restore ->
                new RestoreFailed(restore.task(), restore.vm(), restore.point(), reason, detail);
            case CreateSnapshot create ->
                new SnapshotFailed(create.task(), create.snapshot(), create.vm(), reason, detail);
            case RevertSnapshot revert ->
                new SnapshotFailed(revert.task(), revert.snapshot(), revert.vm(), reason, detail);
            case DeleteSnapshot delete ->
                new SnapshotFailed(delete.task(), delete.snapshot(), delete.vm(), reason, detail);
            case RetireCheckpoints _, CancelTask _, GrantSession _, SendReport _, ObserveVm _, ListSnapshots _ ->
                new CommandRefused(command.id(), typeOf(command), reason, detail);
        };
    }

    static CommandRefused refusal(Envelope<AgentCommand> command, FailureReason reason, String detail) {
        return new CommandRefused(command.id(), typeOf(command), reason, detail);
    }

    private static String typeOf(Envelope<AgentCommand> command) {
        return MessageTypes.typeOf(command.body().getClass());
    }

    /// Says how a command ended. The caller sees to it that it is said once.
    void end(Envelope<AgentCommand> command, AgentEvent event) {
        OutgoingEvent sent = outbox.publish(event, Provenance.of(outbox.host(), command));
        journal.answered(command.id(), sent.journaled());
        compactNowAndThen();
    }

    /// Says what happens on the way.
    void onTheWay(Envelope<AgentCommand> command, AgentEvent event) {
        Provenance provenance = Provenance.of(outbox.host(), command);
        switch (event) {
            case BackupProgressed progress -> outbox.tell("progress " + progress.task(), event, provenance);
            case RestoreProgressed progress -> outbox.tell("progress " + progress.task(), event, provenance);
            case VmObserved seen -> outbox.tell("observed " + seen.query(), event, provenance);
            case SnapshotsListed seen -> outbox.tell("listed " + seen.query(), event, provenance);
            default -> outbox.publish(event, provenance);
        }
    }

    /// Says again how a command ended, in the same words and with the same id. False if it has not ended.
    boolean again(MessageId command) {
        var answer = journal.answer(command);
        answer.ifPresent(bytes -> outbox.publish(OutgoingEvent.of(bytes)));
        return answer.isPresent();
    }

    private synchronized void compactNowAndThen() {
        answered++;
        if (answered % COMPACT_EVERY == 0) {
            journal.compact();
        }
    }
}
