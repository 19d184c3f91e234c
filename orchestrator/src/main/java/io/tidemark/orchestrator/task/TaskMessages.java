package io.tidemark.orchestrator.task;

import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.orchestrator.task.TaskService.Facts;
import io.tidemark.orchestrator.task.TaskService.Report;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.BackupProgressed;
import io.tidemark.schemas.event.AgentEvent.BackupStarted;
import io.tidemark.schemas.event.AgentEvent.CommandRefused;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Turns what agents say of backups into events of tasks. Only the host that an attempt was sent to is heard on it.
@ApplicationScoped
final class TaskMessages implements MessageHandler {
    private static final Logger LOG = Logger.getLogger(TaskMessages.class);

    private final TaskService tasks;
    private final TaskStore store;

    TaskMessages(TaskService tasks, TaskStore store) {
        this.tasks = tasks;
        this.store = store;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(
                BackupStarted.class,
                BackupProgressed.class,
                BackupCompleted.class,
                BackupFailed.class,
                CommandRefused.class);
    }

    @Override
    public void handle(Received<?> received) {
        Envelope<?> envelope = received.envelope();
        Optional<SentAttempt> sent = sent(received);
        if (sent.isEmpty()) {
            unknown(envelope);
            return;
        }
        SentAttempt attempt = sent.get();
        Attempt number = attempt.attempt();
        switch (envelope.body()) {
            case BackupStarted _ -> apply(attempt, new TaskEvent.BackupStarted(number), null, envelope);
            case BackupProgressed progress -> {
                apply(attempt, new TaskEvent.Progressed(number, progress.bytesCopied()), null, envelope);
                tasks.total(attempt.task(), progress.bytesTotal());
            }
            case BackupCompleted completed -> complete(attempt, completed, envelope);
            case BackupFailed failed ->
                apply(attempt, new TaskEvent.BackupFailed(number, failed.reason()), failed.detail(), envelope);
            case CommandRefused refused ->
                apply(attempt, new TaskEvent.CommandRefused(number, refused.reason()), refused.detail(), envelope);
            default -> throw new IllegalStateException("heard " + envelope.body());
        }
    }

    private void complete(SentAttempt attempt, BackupCompleted completed, Envelope<?> envelope) {
        Facts facts = new Facts(null, new Report(attempt, completed), null, cause(envelope));
        tasks.apply(attempt, new TaskEvent.BackupCompleted(attempt.attempt(), completed.point()), facts);
    }

    private void apply(SentAttempt attempt, TaskEvent event, @Nullable String detail, Envelope<?> envelope) {
        tasks.apply(attempt, event, new Facts(null, new Report(attempt, null), detail, cause(envelope)));
    }

    private Optional<SentAttempt> sent(Received<?> received) {
        Attempt attempt = received.envelope().attempt();
        HostId speaker = Topics.hostOfEvents(received.place().topic()).orElseThrow();
        return attempt == null
                ? Optional.empty()
                : store.attempt(attempt).filter(sent -> sent.host().equals(speaker));
    }

    /// A commit that no attempt of ours explains is looked at by a person; the rest is another catalog's.
    private static void unknown(Envelope<?> envelope) {
        if (envelope.body() instanceof BackupCompleted completed) {
            throw new UnacceptableMessage("ce_attempt: expected an attempt sent to this host, found "
                    + envelope.attempt() + " for point " + completed.point());
        }
        LOG.infof(
                "ignored %s: attempt %s was not sent to its host",
                envelope.body().getClass().getSimpleName(), envelope.attempt());
    }

    private static Provenance cause(Envelope<?> envelope) {
        return new Provenance(envelope.correlation(), envelope.id(), null, envelope.attempt());
    }
}
