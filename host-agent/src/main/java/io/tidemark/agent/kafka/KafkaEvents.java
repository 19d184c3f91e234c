package io.tidemark.agent.kafka;

import io.tidemark.agent.command.EventSink;
import io.tidemark.agent.command.OutgoingEvent;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.id.HostId;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Events to the host's own topic.
@Singleton
public final class KafkaEvents implements EventSink {
    private final KafkaRecords records;
    private final String topic;

    KafkaEvents(KafkaRecords records, HostId host) {
        this.records = records;
        this.topic = Topics.hostEvents(host);
    }

    @Override
    public CompletionStage<Void> send(OutgoingEvent event) {
        try {
            return records.send(topic, event.key(), event.message());
        } catch (RuntimeException closed) {
            return CompletableFuture.failedStage(closed);
        }
    }
}
