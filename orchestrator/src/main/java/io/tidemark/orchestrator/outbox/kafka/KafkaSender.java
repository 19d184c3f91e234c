package io.tidemark.orchestrator.outbox.kafka;

import io.tidemark.orchestrator.outbox.BrokerSettings;
import io.tidemark.orchestrator.outbox.MessageSender;
import io.tidemark.orchestrator.outbox.PendingMessages.Pending;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One idempotent producer, made when it is first needed: a broker that is away does not stop the start.
/// Used by the relay's thread only; the producer is the one field that changes.
@ApplicationScoped
final class KafkaSender implements MessageSender {
    private static final Logger LOG = Logger.getLogger(KafkaSender.class);
    /// How long a record may take before it is sent again by the relay; also bounds a stop.
    private static final int DELIVERY_TIMEOUT_MILLIS = 10_000;
    /// How long an unknown topic or an unreachable broker holds the relay up.
    private static final int METADATA_TIMEOUT_MILLIS = 3_000;

    private final BrokerSettings settings;
    private @Nullable KafkaProducer<String, byte[]> producer;

    KafkaSender(BrokerSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Long> send(List<Pending> messages) {
        Set<String> failedTopics = new HashSet<>();
        List<Sending> sendings = new ArrayList<>(messages.size());
        for (Pending message : messages) {
            if (!failedTopics.contains(message.topic())) {
                handOver(message, sendings, failedTopics);
            }
        }
        failedTopics.clear();
        List<Long> sent = new ArrayList<>(sendings.size());
        for (Sending sending : sendings) {
            if (isTaken(sending) && !failedTopics.contains(sending.topic())) {
                sent.add(sending.sequence());
            } else {
                failedTopics.add(sending.topic());
            }
        }
        return sent;
    }

    @PreDestroy
    void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(1));
        }
    }

    private void handOver(Pending message, List<Sending> sendings, Set<String> failedTopics) {
        try {
            Future<RecordMetadata> answer = producer().send(record(message));
            sendings.add(new Sending(message.sequence(), message.topic(), answer));
            if (answer.state() == Future.State.FAILED) {
                failedTopics.add(message.topic()); // so an unknown topic costs its time once, and keeps its order
            }
        } catch (KafkaException e) {
            LOG.warnf("topic %s: expected to be written, found %s", message.topic(), e.getMessage());
            failedTopics.add(message.topic());
        }
    }

    private static boolean isTaken(Sending sending) {
        try {
            sending.answer().get();
            return true;
        } catch (ExecutionException e) {
            LOG.warnf("topic %s: expected an acknowledgement, found %s", sending.topic(), e.getCause());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ProducerRecord<String, byte[]> record(Pending message) {
        byte[] body = message.body() == null ? null : message.body().getBytes(StandardCharsets.UTF_8);
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(message.topic(), message.key(), body);
        message.headers().forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private KafkaProducer<String, byte[]> producer() {
        KafkaProducer<String, byte[]> made = producer;
        if (made == null) {
            made = new KafkaProducer<>(
                    Map.of(
                            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                            settings.bootstrapServers(),
                            ProducerConfig.CLIENT_ID_CONFIG,
                            "tidemark-orchestrator",
                            ProducerConfig.ACKS_CONFIG,
                            "all",
                            ProducerConfig.LINGER_MS_CONFIG,
                            0,
                            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                            DELIVERY_TIMEOUT_MILLIS / 2,
                            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                            DELIVERY_TIMEOUT_MILLIS,
                            ProducerConfig.MAX_BLOCK_MS_CONFIG,
                            METADATA_TIMEOUT_MILLIS),
                    new StringSerializer(),
                    new ByteArraySerializer());
            producer = made;
        }
        return made;
    }

    private record Sending(long sequence, String topic, Future<RecordMetadata> answer) {}
}
