package io.tidemark.orchestrator.outbox.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutboxReset;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.orchestrator.outbox.RelaySignal;
import io.tidemark.schemas.envelope.EncodedMessage;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import io.tidemark.schemas.id.MessageId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/// Writes messages as they will be sent: the id is minted here, so a second sending bears the same one.
@ApplicationScoped
final class OutboxTable implements Outbox, OutboxReset {
    private static final String SOURCE = "tidemark/orchestrator";

    private final EntityManager entities;
    private final TransactionSynchronizationRegistry transaction;
    private final Supplier<UUID> ids;
    private final Clock clock;
    private final RelaySignal signal;
    private final MessageCodec codec = new MessageCodec();
    private final ObjectMapper json = new ObjectMapper();

    OutboxTable(
            EntityManager entities,
            TransactionSynchronizationRegistry transaction,
            Supplier<UUID> ids,
            Clock clock,
            RelaySignal signal) {
        this.entities = entities;
        this.transaction = transaction;
        this.ids = ids;
        this.clock = clock;
        this.signal = signal;
    }

    @Override
    public void add(OutgoingMessage message) {
        Instant now = clock.instant();
        Object body = message.body();
        EncodedMessage encoded = body == null ? tombstone(message, now) : encoded(message, body, now);
        entities.createNativeQuery("""
                        insert into outbox (topic, record_key, headers, body, created_at)
                        values (:topic, :key, cast(:headers as jsonb), cast(:body as text), :now)""")
                .setParameter("topic", message.topic())
                .setParameter("key", message.key())
                .setParameter("headers", text(encoded.headers()))
                .setParameter("body", message.body() == null ? null : encoded.json())
                .setParameter("now", now)
                .executeUpdate();
        transaction.registerInterposedSynchronization(new WakeAfterCommit(signal));
    }

    @Override
    public void clear() {
        entities.createNativeQuery("delete from outbox").executeUpdate();
    }

    private EncodedMessage encoded(OutgoingMessage message, Object body, Instant now) {
        Provenance provenance = message.provenance();
        return codec.encode(new Envelope<>(
                new MessageId(ids.get()),
                body,
                SOURCE,
                message.subject(),
                now,
                provenance.correlation(),
                provenance.causation(),
                provenance.session(),
                provenance.attempt()));
    }

    private EncodedMessage tombstone(OutgoingMessage message, Instant now) {
        return new EncodedMessage(
                Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", ids.get().toString(),
                        "ce_source", SOURCE,
                        "ce_subject", message.subject(),
                        "ce_time", now.toString()),
                "");
    }

    private String text(Map<String, String> headers) {
        try {
            return json.writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("headers: expected text only, found " + headers.keySet(), e);
        }
    }

    private record WakeAfterCommit(RelaySignal signal) implements Synchronization {
        @Override
        public void beforeCompletion() {
            // nothing is known yet
        }

        @Override
        public void afterCompletion(int status) {
            if (status == Status.STATUS_COMMITTED) {
                signal.wake();
            }
        }
    }
}
