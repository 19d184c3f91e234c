package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.host.SessionListener;
import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.orchestrator.snapshot.SnapshotService.Held;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.Done;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.Refused;
import io.tidemark.orchestrator.snapshot.SnapshotTaskEvent.SentInVain;
import io.tidemark.orchestrator.snapshot.Snapshots.Named;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.CommandRefused;
import io.tidemark.schemas.event.AgentEvent.SnapshotCreated;
import io.tidemark.schemas.event.AgentEvent.SnapshotDeleted;
import io.tidemark.schemas.event.AgentEvent.SnapshotFailed;
import io.tidemark.schemas.event.AgentEvent.SnapshotReverted;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Hears what hosts say of snapshots.
///
/// After a start with an intact journal the agent says itself what became of its tasks; what was sent to one that
/// has lost its journal is sent again.
@ApplicationScoped
final class SnapshotEvents implements MessageHandler, SessionListener {
    private static final Logger LOG = Logger.getLogger(SnapshotEvents.class);

    private final SnapshotService service;
    private final Snapshots snapshots;
    private final SnapshotSupplies supplies;

    SnapshotEvents(SnapshotService service, Snapshots snapshots, SnapshotSupplies supplies) {
        this.service = service;
        this.snapshots = snapshots;
        this.supplies = supplies;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(
                SnapshotCreated.class,
                SnapshotReverted.class,
                SnapshotDeleted.class,
                SnapshotFailed.class,
                CommandRefused.class);
    }

    @Override
    public void handle(Received<?> received) {
        HostId host = Topics.hostOfEvents(received.place().topic())
                .orElseThrow(() -> new UnacceptableMessage("topic: expected a host's events, found "
                        + received.place().topic()));
        Attempt attempt = received.envelope().attempt();
        switch ((AgentEvent) received.envelope().body()) {
            case SnapshotCreated created -> created(host, created, required(attempt));
            case SnapshotReverted(TaskId task, SnapshotId of, var _, long _) ->
                held(host, task, of)
                        .filter(held -> is(held, SnapshotAction.REVERT))
                        .ifPresent(held -> apply(held, new Done(required(attempt)), null));
            case SnapshotDeleted(TaskId task, SnapshotId of, var _, long _) ->
                held(host, task, of)
                        .filter(held -> is(held, SnapshotAction.DELETE))
                        .ifPresent(held -> apply(held, new Done(required(attempt)), null));
            case SnapshotFailed failed ->
                held(host, failed.task(), failed.snapshot())
                        .ifPresent(held -> refused(held, required(attempt), failed.reason(), failed.detail()));
            case CommandRefused refused -> refused(host, attempt, refused);
            default ->
                throw new IllegalStateException("heard " + received.envelope().body());
        }
    }

    /// What was taken is kept with the event that it decides: a late one of a task that was given up tells it too,
    /// and one that comes again tells nothing.
    private void created(HostId host, SnapshotCreated created, Attempt attempt) {
        held(host, created.task(), created.snapshot())
                .filter(held -> is(held, SnapshotAction.CREATE))
                .ifPresent(held -> {
                    Snapshot known = held.snapshot();
                    Snapshot told = known.taken() == null ? known.with(Taken.of(created)) : known;
                    apply(new Held(told, held.task()), new Done(attempt), null);
                });
    }

    /// A refusal names the command only; the attempt that it repeats tells whose it was.
    private void refused(HostId host, @Nullable Attempt attempt, CommandRefused refused) {
        if (attempt != null) {
            snapshots
                    .byAttempt(attempt)
                    .flatMap(named -> held(host, named.task(), named.snapshot()))
                    .ifPresent(held -> refused(held, attempt, refused.reason(), refused.detail()));
        }
    }

    private void refused(Held held, Attempt attempt, FailureReason reason, String detail) {
        apply(
                held,
                reason == FailureReason.SESSION_NOT_GRANTED
                        ? new SentInVain(attempt, supplies.incarnation().nextAttempt())
                        : new Refused(attempt, reason),
                detail);
    }

    @Override
    public void began(HostId host, boolean isJournalIntact) {
        if (!isJournalIntact) {
            snapshots.openOn(host).stream()
                    .sorted(Comparator.comparing(named -> String.valueOf(named.vm()))) // locks in one order
                    .flatMap(named -> service.lock(named).stream())
                    .forEach(held -> apply(
                            held,
                            new SentInVain(
                                    held.task().state().attempt(),
                                    supplies.incarnation().nextAttempt()),
                            "the agent has started without its journal"));
        }
    }

    private void apply(Held held, SnapshotTaskEvent event, @Nullable String detail) {
        service.apply(held.snapshot(), held.task(), event, detail);
    }

    /// Locked, if the host is the one that the task was sent to.
    private Optional<Held> held(HostId host, TaskId task, SnapshotId snapshot) {
        Optional<Named> named = snapshots.named(task);
        if (named.isEmpty()) {
            LOG.debugf("host %s speaks of task %s, which is not known", host, task);
            return Optional.empty();
        }
        if (!named.get().snapshot().equals(snapshot)) {
            throw new UnacceptableMessage("snapshot: expected " + named.get().snapshot() + ", which task " + task
                    + " is about, found " + snapshot);
        }
        return service.lock(named.get()).filter(held -> host.equals(held.task().host()));
    }

    private static boolean is(Held held, SnapshotAction action) {
        boolean isSame = held.task().action() == action;
        if (!isSame) {
            LOG.warnf(
                    "task %s: expected word of a %s, found of a %s",
                    held.task().id(), held.task().action(), action);
        }
        return isSame;
    }

    private static Attempt required(@Nullable Attempt attempt) {
        if (attempt == null) {
            throw new UnacceptableMessage("ce_attempt: required of an event of a snapshot, found none");
        }
        return attempt;
    }
}
