package io.tidemark.agent.kafka;

import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.tidemark.schemas.envelope.EncodedMessage;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/// Writes records to topics that are named with each. Does not block.
@Singleton
final class KafkaRecords {
    private final Emitter<byte[]> emitter;

    /// The buffer is bounded by the senders, who have one record under way each.
    KafkaRecords(@Channel("events") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> emitter) {
        this.emitter = emitter;
    }

    /// The answer completes when all in-sync replicas have the record, and fails when Kafka gave up on it.
    synchronized CompletionStage<Void> send(String topic, String key, EncodedMessage message) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        emitter.send(Message.of(message.bytes(), () -> acknowledged(answer), failure -> refused(answer, failure))
                .addMetadata(OutgoingKafkaRecordMetadata.<String>builder()
                        .withTopic(topic)
                        .withKey(key)
                        .withHeaders(RecordHeaders.of(message.headers()))
                        .build()));
        return answer;
    }

    private static CompletionStage<Void> acknowledged(CompletableFuture<Void> answer) {
        answer.complete(null);
        return CompletableFuture.completedStage(null);
    }

    private static CompletionStage<Void> refused(CompletableFuture<Void> answer, Throwable failure) {
        answer.completeExceptionally(failure);
        return CompletableFuture.completedStage(null);
    }
}
