package io.tidemark.orchestrator.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.command.AgentCommand.GrantSession;
import io.tidemark.schemas.envelope.Decoding;
import io.tidemark.schemas.envelope.EncodedMessage;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.Heartbeat;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

/// Speaks for one host as an agent would, with plain Kafka clients, and reads what is said to it or to all. For one
/// thread.
final class FakeAgent implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final MessageCodec codec = new MessageCodec();
    private final String bootstrapServers;
    private final HostId host;
    private final KafkaProducer<String, byte[]> producer;
    private final Map<String, Reading> readings = new HashMap<>();
    private SessionId session = new SessionId(UUID.randomUUID());

    FakeAgent(String bootstrapServers, HostId host) {
        this.bootstrapServers = bootstrapServers;
        this.host = host;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), new ByteArraySerializer());
    }

    SessionId session() {
        return session;
    }

    /// Begins a new session and waits for its grant.
    void start() {
        session = new SessionId(UUID.randomUUID());
        say(new AgentStarted(session, host, "0.1.0", List.of("backup"), true, List.of()), null);
        long end = System.nanoTime() + LIMIT.toNanos();
        while (commands(GrantSession.class, 0).stream()
                .noneMatch(grant -> grant.body().session().equals(session))) {
            assertThat(System.nanoTime()).as("granted within 20 s").isLessThan(end);
        }
        beat();
    }

    /// Is heard, which renews a lease of which half is over.
    void beat() {
        say(new Heartbeat(1, 1, true), null);
    }

    /// Reports one running VM with a qcow2 and a raw disk.
    void report(DomainUuid domain, String name, List<String> checkpoints) {
        List<DiskReport> disks = List.of(
                new DiskReport("vda", "serial-a", ImageFormat.QCOW2, 1 << 20, "image-a", true, null, null),
                new DiskReport(
                        "vdb", null, ImageFormat.RAW, 1 << 20, "image-b", false, Reason.TRACKING_UNSUPPORTED, null));
        report(domain, name, checkpoints, disks);
    }

    /// The same with other disks.
    void report(DomainUuid domain, String name, List<String> checkpoints, List<DiskReport> disks) {
        VmReport vm = new VmReport(domain, name, VmState.RUNNING, disks, checkpoints);
        say(new InventoryReported("hyper", List.of(vm)), null);
    }

    /// A qcow2 disk.
    static DiskReport disk(String target, @Nullable String serial) {
        return new DiskReport(target, serial, ImageFormat.QCOW2, 1 << 20, "image-" + target, true, null, null);
    }

    Envelope<Object> say(Object body, @Nullable Attempt attempt) {
        return sayIn(session, body, attempt);
    }

    Envelope<Object> sayIn(SessionId spokenIn, Object body, @Nullable Attempt attempt) {
        MessageId id = new MessageId(UUID.randomUUID());
        Envelope<Object> envelope =
                new Envelope<>(id, body, "test/agent", "vm", Instant.now(), null, null, spokenIn, attempt);
        send(envelope);
        return envelope;
    }

    void send(Envelope<?> envelope) {
        EncodedMessage encoded = codec.encode(envelope);
        raw(Topics.hostEvents(host), encoded.headers(), encoded.bytes());
    }

    void raw(String topic, Map<String, String> headers, byte[] body) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, "key", body);
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        try {
            producer.send(record).get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    <T> List<Envelope<T>> commands(Class<T> type, int atLeast) {
        return await(Topics.hostCommands(host), type, atLeast);
    }

    /// All messages of the type that the topic ever held, once it holds so many, and in any case all that it held
    /// when this was asked.
    <T> List<Envelope<T>> await(String topic, Class<T> type, int atLeast) {
        long end = System.nanoTime() + LIMIT.toNanos();
        Reading reading = readings.computeIfAbsent(topic, this::reading);
        TopicPartition partition = new TopicPartition(topic, 0);
        long held = Objects.requireNonNull(
                reading.consumer().endOffsets(List.of(partition)).get(partition));
        List<Envelope<T>> found = reading.found(type);
        while (System.nanoTime() < end
                && (found.size() < atLeast || reading.consumer().position(partition) < held)) {
            reading.consumer().poll(Duration.ofMillis(100)).forEach(record -> {
                Envelope<?> envelope = decoded(record);
                if (envelope != null) {
                    reading.envelopes().add(envelope);
                }
            });
            found = reading.found(type);
        }
        assertThat(found).as("%s on %s", type.getSimpleName(), topic).hasSizeGreaterThanOrEqualTo(atLeast);
        return found;
    }

    private Reading reading(String topic) {
        return new Reading(reader(topic), new ArrayList<>());
    }

    /// A topic as far as it was read.
    private record Reading(KafkaConsumer<String, byte[]> consumer, List<Envelope<?>> envelopes) {
        @SuppressWarnings("unchecked") // the body's class is checked
        <T> List<Envelope<T>> found(Class<T> type) {
            return envelopes.stream()
                    .filter(envelope -> type.isInstance(envelope.body()))
                    .map(envelope -> (Envelope<T>) envelope)
                    .toList();
        }
    }

    /// The table that a compacted topic holds: the newest record of each key; a tombstone takes the key away.
    Map<String, Envelope<?>> table(String topic) {
        Map<String, Envelope<?>> table = new HashMap<>();
        try (KafkaConsumer<String, byte[]> consumer = reader(topic)) {
            TopicPartition partition = new TopicPartition(topic, 0);
            long end = Objects.requireNonNull(
                    consumer.endOffsets(List.of(partition)).get(partition));
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (record.value() == null) {
                        table.remove(record.key());
                    } else {
                        table.put(record.key(), Objects.requireNonNull(decoded(record), record.key()));
                    }
                });
            }
        }
        return table;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
        readings.values().forEach(reading -> reading.consumer().close());
    }

    private KafkaConsumer<String, byte[]> reader(String topic) {
        KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        return consumer;
    }

    private @Nullable Envelope<?> decoded(ConsumerRecord<String, byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return codec.decode(headers, record.value()) instanceof Decoding.Decoded decoded ? decoded.envelope() : null;
    }
}
