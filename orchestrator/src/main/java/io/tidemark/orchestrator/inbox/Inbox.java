package io.tidemark.orchestrator.inbox;

import io.tidemark.orchestrator.inbox.Received.Place;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.schemas.envelope.Decoding;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.MaintenanceEvent;
import io.tidemark.schemas.event.PublicEvent.DeadLetter;
import io.tidemark.schemas.request.ClientReply;
import io.tidemark.schemas.request.ClientRequest;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes each record in one transaction: its inbox row and what all its handlers make of it. What can never be
/// applied becomes a dead letter; any other failure rises, nothing of it is stored, and the caller tries again.
public final class Inbox {
    private static final Logger LOG = Logger.getLogger(Inbox.class);
    /// Newest wins for these, and they come every few seconds: a row each would be waste. Not so an inventory: one
    /// that comes again may be older than an epoch, which it would end.
    private static final Set<Class<?>> WITHOUT_ROW =
            Set.of(AgentEvent.Heartbeat.class, AgentEvent.BackupProgressed.class, AgentEvent.RestoreProgressed.class);

    private static final String PROBE_TOPIC = "probe";
    private static final UUID PROBE = new UUID(0, 0);

    private final List<MessageHandler> handlers;
    private final Gatekeeper gatekeeper;
    private final HandledMessages handled;
    private final Transactions transactions;
    private final Outbox outbox;
    private final MessageCodec codec = new MessageCodec();

    public Inbox(
            List<MessageHandler> handlers,
            Gatekeeper gatekeeper,
            HandledMessages handled,
            Transactions transactions,
            Outbox outbox) {
        this.handlers = List.copyOf(handlers);
        this.gatekeeper = gatekeeper;
        this.handled = handled;
        this.transactions = transactions;
        this.outbox = outbox;
    }

    /// Takes a record; a second time it changes nothing.
    public void take(Place place, Map<String, String> headers, byte @Nullable [] body) {
        String type = headers.get("ce_type");
        switch (codec.decode(headers, body)) {
            case Decoding.Decoded(Envelope<?> envelope) -> {
                try {
                    transactions.run(() -> apply(new Received<>(place, envelope)));
                } catch (UnacceptableMessage e) {
                    reject(place, type, String.valueOf(e.getMessage()));
                }
            }
            case Decoding.UnknownType(String found) ->
                refuse(place, headers, FailureReason.MESSAGE_UNKNOWN, "ce_type: expected a known one, found " + found);
            case Decoding.Malformed(String reason) -> refuse(place, headers, FailureReason.MESSAGE_MALFORMED, reason);
        }
    }

    /// A client that can be answered is answered; the record is set aside in any case.
    private void refuse(Place place, Map<String, String> headers, FailureReason why, String detail) {
        transactions.run(() -> {
            boolean isNew = reject(place, headers.get("ce_type"), detail);
            String correlation = headers.get("ce_correlationid");
            if (isNew && correlation != null && isAnswerable(correlation)) {
                Topics.clientOfRequests(place.topic())
                        .ifPresent(client -> outbox.add(new OutgoingMessage(
                                Topics.clientReplies(client),
                                correlation,
                                new ClientReply.RequestFailed(why, detail),
                                correlation,
                                new OutgoingMessage.Provenance(correlation, null, null, null))));
            }
        });
    }

    private static boolean isAnswerable(String correlation) {
        return !correlation.isBlank()
                && correlation.length() <= MessageCodec.MAX_CORRELATION_CHARACTERS
                && correlation.indexOf('\0') < 0;
    }

    /// Sets a record aside for a person. Once a place, however often it is read; false if it was set aside before.
    public boolean reject(Place place, @Nullable String type, String reason) {
        return transactions.call(() -> {
            if (!handled.isFirst(place.topic(), idOf(place))) {
                return false;
            }
            LOG.warnf("dead letter: topic %s offset %d: %s", place.topic(), place.offset(), reason);
            DeadLetter letter = new DeadLetter(place.topic(), place.partition(), place.offset(), reason, type);
            outbox.add(new OutgoingMessage(
                    Topics.DEAD_LETTERS, place.topic(), letter, place.topic(), OutgoingMessage.Provenance.NONE));
            return true;
        });
    }

    /// Whether the database takes rows now: one that answers and cannot write is no fault of a record.
    public boolean canStore() {
        try {
            transactions.run(() -> {
                handled.isFirst(PROBE_TOPIC, PROBE);
                throw new ProbeEnds();
            });
            return true;
        } catch (ProbeEnds rolledBack) {
            return true;
        } catch (RuntimeException e) {
            LOG.debug("database is away", e);
            return false;
        }
    }

    private void apply(Received<?> received) {
        String topic = received.place().topic();
        Object body = received.envelope().body();
        if (!belongs(topic, body)) {
            throw new UnacceptableMessage(
                    "topic " + topic + ": expected no " + body.getClass().getSimpleName() + " here");
        }
        if (!gatekeeper.accepts(received)) {
            return;
        }
        boolean isKept = !WITHOUT_ROW.contains(body.getClass());
        if (isKept && !handled.isFirst(topic, received.envelope().id().value())) {
            LOG.debugf("message %s was handled before", received.envelope().id());
            return;
        }
        for (MessageHandler handler : handlers) {
            if (handler.messages().contains(body.getClass())) {
                handler.handle(received);
            }
        }
    }

    private static boolean belongs(String topic, Object body) {
        return switch (body) {
            case AgentEvent _ -> Topics.hostOfEvents(topic).isPresent();
            case MaintenanceEvent _ -> Topics.repositoryOfEvents(topic).isPresent();
            case ClientRequest _ -> Topics.clientOfRequests(topic).isPresent();
            default -> false;
        };
    }

    private static final class ProbeEnds extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static UUID idOf(Place place) {
        String text = place.topic() + "/" + place.partition() + "/" + place.offset();
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
