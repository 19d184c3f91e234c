package io.tidemark.orchestrator.request;

import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.orchestrator.request.BackupOpening.Outcome;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.request.ClientReply;
import io.tidemark.schemas.request.ClientRequest.RequestBackup;
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
    private final Outbox outbox;
    private final Clock clock;

    public RequestService(Requests requests, BackupOpening opening, Outbox outbox, Clock clock) {
        this.requests = requests;
        this.opening = opening;
        this.outbox = outbox;
        this.clock = clock;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(RequestBackup.class);
    }

    @Override
    public void handle(Received<?> received) {
        Envelope<?> envelope = received.envelope();
        ClientId client = Topics.clientOfRequests(received.place().topic())
                .orElseThrow(() -> new UnacceptableMessage("topic: expected a client's requests, found "
                        + received.place().topic()));
        String correlation = envelope.correlation();
        if (correlation == null || correlation.isBlank()) {
            throw new UnacceptableMessage("ce_correlationid: required of a request, as its reply bears it, found none");
        }
        Asked.Key key = new Asked.Key(client, correlation);
        Optional<Asked> known = requests.byKey(key);
        if (known.isPresent()) {
            reply(known.get());
        } else {
            take(key, (RequestBackup) envelope.body());
        }
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
            outbox.add(new OutgoingMessage(
                    Topics.clientReplies(asked.key().client()),
                    asked.key().correlation(),
                    reply,
                    asked.key().correlation(),
                    new Provenance(asked.key().correlation(), null, null, null)));
        }
    }
}
