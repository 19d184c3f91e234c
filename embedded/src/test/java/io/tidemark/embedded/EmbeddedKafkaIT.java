package io.tidemark.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
    private static final TopicPartition KEPT = new TopicPartition("kept", 0);

    @Test
    void recordsAreThereAfterARestartOnTheSameFolder(@TempDir Path folder) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
            assertThat(kafka.bootstrapServers()).startsWith("127.0.0.1:");
            Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
            try (Admin admin = Admin.create(config)) {
                admin.createTopics(List.of(new NewTopic(KEPT.topic(), 1, (short) 1)))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
            try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
                var sent = producer.send(new ProducerRecord<>(KEPT.topic(), "key", "value"));
                assertThat(sent.get(30, TimeUnit.SECONDS).offset()).isZero();
            }
        }
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
            Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
            try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
                consumer.assign(List.of(KEPT));
                consumer.seekToBeginning(List.of(KEPT));
                var records = consumer.poll(Duration.ofSeconds(30)).records(KEPT);
                assertThat(records)
                        .singleElement()
                        .satisfies(r -> assertThat(r.value()).isEqualTo("value"));
            }
        }
    }
}
