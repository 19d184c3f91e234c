package io.tidemark.embedded.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Tells when the catalog holds what an agent found since a moment, and not what it had found the last time.
final class FirstInventory {
    private static final byte[] TYPE = "io.tidemark.inventory-reported.v1".getBytes(StandardCharsets.US_ASCII);
    private static final long POLL_MILLIS = 200;

    private final AllInOne all;
    private final Instant since;
    private final long endNanos;

    FirstInventory(AllInOne all, Instant since, Duration limit) {
        this.all = all;
        this.since = since;
        this.endNanos = System.nanoTime() + limit.toNanos();
    }

    /// Waits until an inventory was reported and the orchestrator has heard of it; false if the limit is over
    /// first.
    boolean await() throws IOException, InterruptedException {
        return isReported() && isHeard(Instant.now());
    }

    private boolean isReported() throws IOException {
        TopicPartition events = new TopicPartition("tidemark.host." + all.hostId() + ".events", 0);
        Map<String, Object> settings = Map.of("bootstrap.servers", all.bootstrapServers());
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(events));
            OffsetAndTimestamp first = consumer.offsetsForTimes(Map.of(events, since.toEpochMilli()))
                    .get(events);
            if (first == null) {
                consumer.seekToEnd(List.of(events));
            } else {
                consumer.seek(events, first.offset());
            }
            while (System.nanoTime() < endNanos) {
                for (ConsumerRecord<byte[], byte[]> event : consumer.poll(Duration.ofMillis(POLL_MILLIS))) {
                    Header type = event.headers().lastHeader("ce_type");
                    if (type != null && Arrays.equals(type.value(), TYPE)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /// A host's events are heard in their order, and a heartbeat follows within seconds.
    private boolean isHeard(Instant reportedBy) throws IOException, InterruptedException {
        while (System.nanoTime() < endNanos) {
            JsonNode host = all.rest().get("/api/v1/hosts/" + all.hostId());
            String heard = host.path("lastHeardAt").asText("");
            if (!heard.isEmpty() && Instant.parse(heard).isAfter(reportedBy)) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return false;
    }
}
