package io.tidemark.orchestrator.request;

import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.orchestrator.request.BackupOpening.Outcome;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.request.ClientReply;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import io.tidemark.schemas.request.ClientRequest.RequestBackup;
import io.tidemark.schemas.vocabulary.FailureReason;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes clients' requests. The unit of work is one request: its row, and either the run that it opens or its
/// refusal. A second request under one correlation id opens nothing: it gets the first one's answer once more if
/// there is one, and shares in it if there is none yet.
@ApplicationScoped
public final class RequestService implements MessageHandler {
    private final Requests requests;
    private final BackupOpening opening;
    private final UsedCorrelations used;
    private final Outbox outbox;
    private final Clock clock;

    public RequestService(Requests requests, BackupOpening opening, UsedCorrelations used, Outbox outbox, Clock clock) {
        this.requests = requests;
        this.opening = opening;
        this.used = used;
        this.outbox = outbox;
        this.clock = clock;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(RequestBackup.class);
    }

    @Override
    public void handle(Received<?> received) {
        Asked.Key key = key(received);
        Optional<Asked> known = requests.byKey(key);
        Optional<String> other = used.byOther(RequestBackup.class, key);
        if (known.isPresent()) {
            reply(known.get());
        } else if (other.isPresent()) {
            refuseUsed(key, other.get());
        } else {
            take(key, (RequestBackup) received.envelope().body());
        }
    }

    /// What tells the client's request from its others.
    static Asked.Key key(Received<?> received) {
        ClientId client = Topics.clientOfRequests(received.place().topic())
                .orElseThrow(() -> new UnacceptableMessage("topic: expected a client's requests, found "
                        + received.place().topic()));
        String correlation = received.envelope().correlation();
        if (correlation == null || correlation.isBlank()) {
            throw new UnacceptableMessage("ce_correlationid: required of a request, as its reply bears it, found none");
        }
        return new Asked.Key(client, correlation);
    }

    /// Refuses a request under the correlation id of another kind of request.
    void refuseUsed(Asked.Key key, String earlier) {
        String detail = "ce_correlationid: expected one that only this request bears, found \"" + key.correlation()
                + "\" of an earlier " + earlier;
        send(key, new RequestFailed(FailureReason.MESSAGE_MALFORMED, detail));
    }

    private void take(Asked.Key key, RequestBackup wish) {
        Asked asked = switch (opening.open(wish, key.correlation())) {
            case Outcome.Opened opened -> new Asked(key, wish.gate(), opened.work(), clock.instant(), null);
            case Outcome.Refused(var reason, String detail) ->
                new Asked(
                        key,
                        wish.gate(),
                        null,
                        clock.instant(),
                        new Asked.Answer(clock.instant(), null, reason, detail));
        };
        requests.store(asked);
        reply(asked);
    }

    /// Stores the terminal answer and sends it.
    void answer(Asked asked, Asked.Answer answer) {
        Asked answered = asked.answered(answer);
        requests.store(answered);
        reply(answered);
    }

    private void reply(Asked asked) {
        @Nullable ClientReply reply = asked.reply();
        if (reply != null) {
            send(asked.key(), reply);
        }
    }

    private void send(Asked.Key key, ClientReply reply) {
        outbox.add(new OutgoingMessage(
                Topics.clientReplies(key.client()),
                key.correlation(),
                reply,
                key.correlation(),
                new Provenance(key.correlation(), null, null, null)));
    }
}
