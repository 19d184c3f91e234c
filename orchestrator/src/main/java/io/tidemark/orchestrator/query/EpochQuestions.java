package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.orchestrator.query.EpochQueryDecision.Ignored;
import io.tidemark.orchestrator.query.EpochQueryDecision.Moved;
import io.tidemark.orchestrator.query.EpochQueryEffect.EndEpoch;
import io.tidemark.orchestrator.query.EpochQueryEffect.SendObserve;
import io.tidemark.orchestrator.query.EpochQueryEffect.TellAsker;
import io.tidemark.orchestrator.query.EpochQueryEvent.LimitReached;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.request.ClientReply;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes questions, and stores and tells their answers. The unit of work is one question: its row, the command or
/// the reply, and the end of an epoch that was seen to be broken.
@ApplicationScoped
public final class EpochQuestions {
    private static final Logger LOG = Logger.getLogger(EpochQuestions.class);

    private final EpochQueries queries;
    private final EpochBook book;
    private final Hosts hosts;
    private final Outbox outbox;
    private final EpochQuerySupplies supplies;

    EpochQuestions(EpochQueries queries, EpochBook book, Hosts hosts, Outbox outbox, EpochQuerySupplies supplies) {
        this.queries = queries;
        this.book = book;
        this.hosts = hosts;
        this.outbox = outbox;
        this.supplies = supplies;
    }

    /// What became of a question over REST.
    public sealed interface Outcome {
        /// It is stored, answered or not.
        record Taken(EpochQuery query) implements Outcome {}

        /// Nothing was stored.
        record Refused(Refusal refusal) implements Outcome {}
    }

    /// Takes a question of somebody who then looks for the answer by [#byId].
    public Outcome ask(QueryEpoch wish) {
        return supplies.transactions().call(() -> switch (EpochSubject.of(hosts, wish)) {
            case EpochSubject.Found(EpochBook.Key key) -> new Outcome.Taken(take(key, null));
            case EpochSubject.NotFound(var _, Refusal refusal) -> new Outcome.Refused(refusal);
        });
    }

    /// Takes a client's question, which gets one reply. The same again gets that reply again, or shares in it if
    /// there is none yet, as long as the answer is kept. Joins the caller's transaction.
    public void hear(QueryEpoch wish, Asker asker) {
        Optional<RequestFailed> refusal = queries.refusal(asker);
        Optional<EpochQuery> known = queries.byAsker(asker);
        if (refusal.isPresent()) {
            reply(asker, refusal.get());
        } else if (known.isPresent()) {
            tellAsker(known.get());
        } else {
            hearFirst(wish, asker);
        }
    }

    private void hearFirst(QueryEpoch wish, Asker asker) {
        switch (EpochSubject.of(hosts, wish)) {
            case EpochSubject.Found(EpochBook.Key key) -> take(key, asker);
            case EpochSubject.NotFound(var reason, Refusal refusal) -> {
                RequestFailed failed = new RequestFailed(reason, String.valueOf(refusal.getMessage()));
                queries.refuse(asker, failed, supplies.clock().instant());
                reply(asker, failed);
            }
        }
    }

    /// Whether the client has asked a question under that correlation id, as far as it is remembered.
    public boolean isAsked(Asker asker) {
        return queries.byAsker(asker).isPresent() || queries.refusal(asker).isPresent();
    }

    public Optional<EpochQuery> byId(QueryId id) {
        return supplies.transactions().call(() -> queries.byId(id));
    }

    /// Answers what was asked too long ago, each in a transaction of its own.
    void expire() {
        Instant until = supplies.clock().instant().minus(supplies.limit());
        for (QueryId id : supplies.transactions().call(() -> queries.openSince(until))) {
            LimitReached reached =
                    new LimitReached(supplies.limit(), supplies.clock().instant());
            supplies.transactions().run(() -> queries.lock(id).ifPresent(query -> happened(query, reached)));
        }
    }

    void forget() {
        Instant then = supplies.clock().instant().minus(supplies.keep());
        supplies.transactions().run(() -> queries.forgetBefore(then));
    }

    private EpochQuery take(EpochBook.Key subject, @Nullable Asker asker) {
        hosts.lock(subject.vm()); // a message to the VM's host is stored in the order of its commit
        EpochFacts facts = facts(subject);
        Moved begun = EpochQueryDecider.ask(facts);
        EpochQuery query = new EpochQuery(facts.fresh(), asker, subject, facts.now(), begun.state());
        queries.add(query);
        begun.effects().forEach(effect -> carryOut(effect, query));
        return query;
    }

    /// Called with the question locked, and for an observation with the VM locked as well.
    void happened(EpochQuery query, EpochQueryEvent event) {
        switch (EpochQueryDecider.decide(query.state(), event)) {
            case Ignored(String reason) -> LOG.debugf("question %s: ignored: %s", query.id(), reason);
            case Moved(EpochQueryState state, List<EpochQueryEffect> effects) -> {
                EpochQuery next = query.in(state);
                queries.update(next);
                effects.forEach(effect -> carryOut(effect, next));
            }
        }
    }

    /// What is known of the subject; its VM is locked.
    EpochFacts facts(EpochBook.Key subject) {
        return EpochLook.facts(subject, book, hosts, supplies);
    }

    private void carryOut(EpochQueryEffect effect, EpochQuery query) {
        switch (effect) {
            case SendObserve send -> send(send, query);
            case EndEpoch(var broken) -> {
                LOG.infof(
                        "VM %s: an epoch ends: %s: %s",
                        query.subject().vm(), broken.reason().code(), broken.detail());
                book.end(query.subject(), broken);
            }
            case TellAsker _ -> tellAsker(query);
        }
    }

    private void send(SendObserve send, EpochQuery query) {
        Vm vm = hosts.vm(query.subject().vm()).orElseThrow();
        String key = vm.id().toString();
        Asker asker = query.asker();
        outbox.add(new OutgoingMessage(
                Topics.hostCommands(send.host()),
                key,
                new ObserveVm(send.query(), vm.domain()),
                key,
                new Provenance(asker == null ? null : asker.correlation(), null, send.session(), null)));
    }

    private void tellAsker(EpochQuery query) {
        ClientReply reply = query.reply();
        if (query.asker() != null && reply != null) {
            reply(query.asker(), reply);
        }
    }

    private void reply(Asker asker, ClientReply reply) {
        outbox.add(new OutgoingMessage(
                Topics.clientReplies(asker.client()),
                asker.correlation(),
                reply,
                asker.correlation(),
                new Provenance(asker.correlation(), null, null, null)));
    }
}
