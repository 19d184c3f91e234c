package io.tidemark.orchestrator.restore;

import io.tidemark.orchestrator.host.SessionListener;
import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.CommandRefused;
import io.tidemark.schemas.event.AgentEvent.RestoreCompleted;
import io.tidemark.schemas.event.AgentEvent.RestoreFailed;
import io.tidemark.schemas.event.AgentEvent.RestoreProgressed;
import io.tidemark.schemas.event.AgentEvent.RestoreStarted;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.TaskId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Hears what hosts say of restores.
///
/// After a start with an intact journal the agent says itself what became of its restores; only one that lost its
/// journal leaves them to be ended here.
@ApplicationScoped
final class RestoreEvents implements MessageHandler, SessionListener {
    private final RestoreService service;
    private final Restores restores;

    RestoreEvents(RestoreService service, Restores restores) {
        this.service = service;
        this.restores = restores;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(
                RestoreStarted.class,
                RestoreProgressed.class,
                RestoreCompleted.class,
                RestoreFailed.class,
                CommandRefused.class);
    }

    @Override
    public void handle(Received<?> received) {
        HostId host = Topics.hostOfEvents(received.place().topic())
                .orElseThrow(() -> new UnacceptableMessage("topic: expected a host's events, found "
                        + received.place().topic()));
        Attempt attempt = received.envelope().attempt();
        switch ((AgentEvent) received.envelope().body()) {
            case RestoreStarted(TaskId task, var _, var _) ->
                apply(host, task, new RestoreEvent.Started(required(attempt)), restore -> restore);
            case RestoreProgressed(TaskId task, long bytes, long total) ->
                apply(
                        host,
                        task,
                        new RestoreEvent.Progressed(required(attempt), bytes),
                        restore -> restore.withTotal(total));
            case RestoreCompleted done ->
                apply(
                        host,
                        done.task(),
                        new RestoreEvent.Completed(required(attempt), done.writtenBytes()),
                        restore -> restore);
            case RestoreFailed failed ->
                apply(
                        host,
                        failed.task(),
                        new RestoreEvent.Refused(required(attempt), failed.reason()),
                        restore -> restore.withDetail(failed.detail()));
            case CommandRefused refused -> refused(host, attempt, refused);
            default ->
                throw new IllegalStateException("heard " + received.envelope().body());
        }
    }

    private void apply(HostId host, TaskId task, RestoreEvent event, UnaryOperator<Restore> note) {
        boolean isOfHost = restores.byId(task)
                .filter(restore -> restore.order().host().equals(host))
                .isPresent();
        if (isOfHost) {
            service.apply(task, event, note);
        }
    }

    /// A refusal names the command only; the attempt that it repeats tells whose it was.
    private void refused(HostId host, @Nullable Attempt attempt, CommandRefused refused) {
        if (attempt != null) {
            restores.byAttempt(attempt)
                    .ifPresent(task -> apply(
                            host,
                            task,
                            new RestoreEvent.Refused(attempt, refused.reason()),
                            restore -> restore.withDetail(refused.detail())));
        }
    }

    @Override
    public void began(HostId host, boolean isJournalIntact) {
        if (!isJournalIntact) {
            restores.openOn(host).forEach(restore -> service.apply(restore.id(), RestoreEvent.AgentRestarted::new));
        }
    }

    private static Attempt required(@Nullable Attempt attempt) {
        if (attempt == null) {
            throw new UnacceptableMessage("ce_attempt: required of an event of a restore, found none");
        }
        return attempt;
    }
}
