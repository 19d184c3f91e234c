package io.tidemark.agent.kafka;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tidemark.agent.maintenance.MaintenanceService;
import io.tidemark.schemas.command.MaintenanceCommand;
import io.tidemark.schemas.envelope.Decoding;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.MaintenanceEvent;
import io.tidemark.schemas.event.MaintenanceEvent.MaintenanceFailed;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.vocabulary.FailureReason;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Reads the commands of all configured repositories, carries them out one after another, and has the offset
/// committed once the broker has the answers. A command that is delivered twice is carried out twice, which
/// changes nothing.
@Singleton
public final class MaintenanceChannel {
    private static final Logger LOG = Logger.getLogger(MaintenanceChannel.class);
    private static final int TRY_AGAIN_MILLIS = 1000;

    private final MaintenanceService service;
    private final KafkaRecords records;
    private final MaintenanceOrigin origin;
    private final MessageCodec codec = new MessageCodec();
    private final CountDownLatch pause = new CountDownLatch(1); // never counted down

    MaintenanceChannel(MaintenanceService service, KafkaRecords records, MaintenanceOrigin origin) {
        this.service = service;
        this.records = records;
        this.origin = origin;
    }

    @Incoming("maintenance")
    @Blocking
    public void received(ConsumerRecord<String, byte[]> command) {
        RepositoryId repository = Topics.repositoryOfCommands(command.topic()).orElseThrow();
        Map<String, String> headers = RecordHeaders.texts(command.headers());
        switch (codec.decode(headers, command.value())) {
            case Decoding.Decoded(Envelope<?> envelope)
            when envelope.body() instanceof MaintenanceCommand body ->
                service.carryOut(envelope.id(), body, event -> answer(repository, Asked.by(envelope), event));
            case Decoding.Decoded _, Decoding.UnknownType _ ->
                refuse(repository, command, FailureReason.MESSAGE_UNKNOWN, "ce_type: expected a maintenance command");
            case Decoding.Malformed(String reason) ->
                refuse(repository, command, FailureReason.MESSAGE_MALFORMED, reason);
        }
    }

    private void refuse(
            RepositoryId repository, ConsumerRecord<String, byte[]> command, FailureReason reason, String detail) {
        LOG.warnf("record of %s at offset %d refused: %s", command.topic(), command.offset(), detail);
        Map<String, String> headers = RecordHeaders.texts(command.headers());
        MessageId id = idIn(headers);
        String type = headers.getOrDefault("ce_type", "none");
        answer(repository, Asked.by(headers), new MaintenanceFailed(repository, id, type, reason, detail));
    }

    private MessageId idIn(Map<String, String> headers) {
        try {
            return MessageId.of(headers.getOrDefault("ce_id", ""));
        } catch (IllegalArgumentException notAnId) {
            return origin.ids().get();
        }
    }

    /// Which command is answered.
    private record Asked(
            @Nullable String correlation,
            @Nullable MessageId id,
            @Nullable SessionId session,
            @Nullable Attempt attempt) {
        static Asked by(Envelope<?> command) {
            return new Asked(command.correlation(), command.id(), command.session(), command.attempt());
        }

        /// One that cannot be read, as far as it can: who has asked knows it by its correlation id.
        static Asked by(Map<String, String> headers) {
            String correlation = headers.get("ce_correlationid");
            boolean isTaken = correlation != null && correlation.length() <= MessageCodec.MAX_CORRELATION_CHARACTERS;
            return new Asked(isTaken ? correlation : null, null, null, null);
        }
    }

    private void answer(RepositoryId repository, Asked command, MaintenanceEvent event) {
        var answer = new Envelope<>(
                origin.ids().get(),
                event,
                "tidemark/maintenance/" + repository,
                repository.value(),
                origin.clock().instant(),
                command.correlation(),
                command.id(),
                command.session(),
                command.attempt());
        String topic = Topics.maintenanceEvents(repository);
        while (!isSent(topic, repository.value(), answer)) {
            awaitNextTry();
        }
    }

    private boolean isSent(String topic, String key, Envelope<?> answer) {
        try {
            records.send(topic, key, codec.encode(answer)).toCompletableFuture().get();
            return true;
        } catch (ExecutionException e) {
            LOG.warnf("answer to %s waits: the broker did not take it: %s", topic, e.getCause());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("answer to " + topic + ": interrupted before the broker had it", e);
        }
    }

    private void awaitNextTry() {
        try {
            pause.await(TRY_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("answer: interrupted before the broker had it", e);
        }
    }
}
