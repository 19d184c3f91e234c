package io.tidemark.orchestrator.restore;

import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.restore.RestoreDecision.Ignored;
import io.tidemark.orchestrator.restore.RestoreDecision.Moved;
import io.tidemark.orchestrator.restore.RestoreEffect.PublishEnd;
import io.tidemark.orchestrator.restore.RestoreEffect.SendCancel;
import io.tidemark.orchestrator.restore.RestoreEffect.SendStart;
import io.tidemark.orchestrator.restore.RestoreEvent.CancelRequested;
import io.tidemark.orchestrator.restore.RestoreEvent.HostReady;
import io.tidemark.orchestrator.restore.RestoreEvent.TimedOut;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.TaskId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Loads a restore, decides, stores, and hands out what the decision asks for. The unit of work is one restore: its
/// row and its messages.
@ApplicationScoped
public final class RestoreService {
    private static final Logger LOG = Logger.getLogger(RestoreService.class);

    private final Restores restores;
    private final RestoreMessages messages;
    private final Hosts hosts;
    private final Transactions transactions;
    private final Clock clock;

    RestoreService(Restores restores, RestoreMessages messages, Hosts hosts, Transactions transactions, Clock clock) {
        this.restores = restores;
        this.messages = messages;
        this.hosts = hosts;
        this.transactions = transactions;
        this.clock = clock;
    }

    public List<Restore> recent(int limit) {
        return transactions.call(() -> restores.recent(limit));
    }

    public Restore restore(TaskId id) {
        return transactions.call(() -> restores.byId(id)).orElseThrow(() -> new Refusal.NoSuch("restore", id));
    }

    /// Stores a new one and sends it at once if its host can be given work.
    void open(Restore restore) {
        transactions.run(() -> {
            restores.add(restore);
            startIfReady(restore);
        });
    }

    /// Asks it to stop; images that are whole before the host hears of it are kept. False if it has ended.
    public boolean cancel(TaskId id) {
        return transactions.call(() -> {
            Restore restore = restores.byId(id).orElseThrow(() -> new Refusal.NoSuch("restore", id));
            apply(id, CancelRequested::new);
            return !restore.state().isTerminal();
        });
    }

    /// Sends those that waited for their host, and ends those that took too long.
    void turn() {
        for (Restore restore : transactions.call(restores::open)) {
            transactions.run(() -> {
                if (clock.instant().isAfter(restore.deadlineAt())) {
                    apply(restore.id(), TimedOut::new);
                } else {
                    startIfReady(restore);
                }
            });
        }
    }

    private void startIfReady(Restore restore) {
        if (restore.state() instanceof RestoreState.Waiting && grantedSession(restore) != null) {
            apply(restore.id(), HostReady::new);
        }
    }

    /// Applies an event of the restore's present attempt.
    void apply(TaskId id, Function<Attempt, RestoreEvent> event) {
        restores.lock(id)
                .ifPresent(restore -> apply(id, event.apply(restore.state().attempt()), noted -> noted));
    }

    /// Applies an event; an unknown restore or an event that changes nothing is only logged. Joins the caller's
    /// transaction.
    ///
    /// @param note adds what the event says beside the state
    void apply(TaskId id, RestoreEvent event, UnaryOperator<Restore> note) {
        Optional<Restore> known = restores.lock(id);
        if (known.isEmpty()) {
            LOG.debugf("event %s of restore %s, which is not known", event, id);
            return;
        }
        switch (RestoreDecider.decide(known.get().state(), event)) {
            case Ignored(String reason) -> LOG.debugf("restore %s: %s ignored, %s", id, event, reason);
            case Moved(RestoreState next, List<RestoreEffect> effects) -> {
                Instant now = clock.instant();
                Restore moved = note.apply(known.get()).in(next, now);
                restores.update(moved);
                effects.forEach(effect -> carryOut(moved, effect));
            }
        }
    }

    private void carryOut(Restore restore, RestoreEffect effect) {
        switch (effect) {
            case SendStart _ -> messages.start(restore, grantedSession(restore));
            case SendCancel _ -> messages.cancel(restore, grantedSession(restore));
            case PublishEnd _ -> publishEnd(restore);
        }
    }

    private void publishEnd(Restore restore) {
        switch (restore.state()) {
            case RestoreState.Succeeded _ -> messages.ended(restore, true, null);
            case RestoreState.Failed failed -> messages.ended(restore, false, failed.reason());
            case RestoreState.Waiting _, RestoreState.Dispatched _, RestoreState.Writing _, RestoreState.Cancelling _ ->
                throw new IllegalStateException(
                        "restore " + restore.id() + ": expected an end, found " + restore.state());
        }
        LOG.infof(
                "restore %s of point %s has ended: %s",
                restore.id(), restore.order().point(), restore.state());
    }

    private @Nullable SessionId grantedSession(Restore restore) {
        return hosts.byId(restore.order().host())
                .filter(host -> host.isGranted(clock.instant()))
                .map(Host::session)
                .orElse(null);
    }
}
