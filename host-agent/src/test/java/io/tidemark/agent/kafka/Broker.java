package io.tidemark.agent.kafka;

import io.tidemark.embedded.EmbeddedKafka;
import io.tidemark.schemas.envelope.Decoding;
import io.tidemark.schemas.envelope.EncodedMessage;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// A real broker, and the orchestrator's ends of some topics. For one thread.
final class Broker implements AutoCloseable {
    private static final int POLLS_MAX = 600;

    private final EmbeddedKafka kafka;
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final MessageCodec codec = new MessageCodec();
    private final List<Envelope<?>> heard = new ArrayList<>();

    private Broker(EmbeddedKafka kafka) {
        this.kafka = kafka;
        Map<String, Object> servers = Map.of("bootstrap.servers", kafka.bootstrapServers());
        this.producer = new KafkaProducer<>(servers, new StringSerializer(), new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(servers, new StringDeserializer(), new ByteArrayDeserializer());
    }

    static Broker start(Path folder, String... topics) throws Exception {
        Broker broker = new Broker(EmbeddedKafka.start(folder));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(Arrays.stream(topics)
                            .map(name -> new NewTopic(name, 1, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        return broker;
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    void listen(String... topics) {
        List<TopicPartition> partitions =
                Arrays.stream(topics).map(topic -> new TopicPartition(topic, 0)).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    void send(String topic, Map<String, String> headers, byte @Nullable [] body)
            throws ExecutionException, InterruptedException {
        producer.send(new ProducerRecord<>(topic, null, "key", body, RecordHeaders.of(headers)))
                .get();
    }

    void send(String topic, Envelope<?> message) throws ExecutionException, InterruptedException {
        EncodedMessage encoded = codec.encode(message);
        send(topic, encoded.headers(), encoded.bytes());
    }

    /// Waits for the first message that fits; those before it stay heard.
    Envelope<?> await(Predicate<Envelope<?>> fits) throws IOException {
        for (int poll = 0; poll < POLLS_MAX; poll++) {
            Optional<Envelope<?>> found = heard.stream().filter(fits).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            consumer.poll(Duration.ofMillis(200)).forEach(this::hear);
        }
        throw new IOException("broker: expected a message that fits within two minutes, found " + heard);
    }

    /// All that was heard so far, in order.
    List<Envelope<?>> heard() {
        return List.copyOf(heard);
    }

    private void hear(ConsumerRecord<String, byte[]> message) {
        Decoding decoding = codec.decode(RecordHeaders.texts(message.headers()), message.value());
        heard.add(((Decoding.Decoded) decoding).envelope());
    }

    @Override
    public void close() {
        consumer.close();
        producer.close();
        kafka.close();
    }
}
