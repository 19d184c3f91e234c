package io.tidemark.orchestrator.boot;

import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.GrantSession;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.command.MaintenanceCommand;
import io.tidemark.schemas.command.MaintenanceCommand.CreateRepository;
import io.tidemark.schemas.command.MaintenanceCommand.ExportCatalog;
import io.tidemark.schemas.command.MaintenanceCommand.RaiseIncarnation;
import io.tidemark.schemas.command.MaintenanceCommand.RemovePoint;
import io.tidemark.schemas.envelope.Decoding;
import io.tidemark.schemas.envelope.EncodedMessage;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupStarted;
import io.tidemark.schemas.event.AgentEvent.DiskLevel;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.AgentEvent.RestoreCompleted;
import io.tidemark.schemas.event.AgentEvent.RestoreStarted;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.event.MaintenanceEvent.CatalogExported;
import io.tidemark.schemas.event.MaintenanceEvent.IncarnationRaised;
import io.tidemark.schemas.event.MaintenanceEvent.PointRemoved;
import io.tidemark.schemas.event.MaintenanceEvent.RepositoryCreated;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Notice;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// A host's agent, its maintenance role included, that obeys at once and copies nothing.
final class ScriptedAgent implements AutoCloseable {
    private static final long DISK_BYTES = 1 << 20;
    private static final int PAGE_CHARACTERS = 300;

    private final HostId host;
    private final RepositoryId repository;
    private final String vmName;
    private final DomainUuid domain = new DomainUuid(UUID.randomUUID());
    private final SessionId session = new SessionId(UUID.randomUUID());
    private final MessageCodec codec = new MessageCodec();
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    private volatile boolean closing;
    private volatile List<String> exports = List.of();

    ScriptedAgent(String bootstrapServers, HostId host, RepositoryId repository, String vmName) {
        this.host = host;
        this.repository = repository;
        this.vmName = vmName;
        this.producer =
                new KafkaProducer<>(settings(bootstrapServers), new StringSerializer(), new ByteArraySerializer());
        Properties reading = settings(bootstrapServers);
        reading.put("group.id", "agent." + host);
        reading.put("auto.offset.reset", "earliest");
        this.consumer = new KafkaConsumer<>(reading, new StringDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(Topics.hostCommands(host), Topics.maintenanceCommands(repository)));
        this.thread = Thread.ofPlatform().daemon().name("scripted-agent").start(this::work);
    }

    static Properties settings(String bootstrapServers) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServers);
        return settings;
    }

    private void work() {
        say(new AgentEvent.AgentStarted(session, host, "test", List.of(), true, List.of()), host.toString(), null);
        while (!closing) {
            consumer.poll(Duration.ofMillis(100)).forEach(this::obey);
        }
        consumer.close();
    }

    private void obey(ConsumerRecord<String, byte[]> message) {
        Map<String, String> headers = new HashMap<>();
        message.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        if (codec.decode(headers, message.value()) instanceof Decoding.Decoded(Envelope<?> envelope)) {
            switch (envelope.body()) {
                case AgentCommand command -> carryOut(command, envelope.attempt());
                case MaintenanceCommand command -> keep(command);
                default -> throw new IllegalStateException("told " + envelope.body());
            }
        }
    }

    private void carryOut(AgentCommand command, @Nullable Attempt attempt) {
        switch (command) {
            case GrantSession _ -> {
                say(new AgentEvent.Heartbeat(1, 2, true), host.toString(), null);
                report();
            }
            case StartBackup order -> {
                say(started(order), order.vm().toString(), attempt);
                say(completed(order), order.vm().toString(), attempt);
            }
            case StartRestore order -> {
                String key = order.vm().toString();
                say(new RestoreStarted(order.task(), order.vm(), order.point()), key, attempt);
                say(new RestoreCompleted(order.task(), order.vm(), order.point(), 5, DISK_BYTES), key, attempt);
            }
            case AgentCommand.SendReport _ -> report();
            case CancelTask _, AgentCommand.RetireCheckpoints _, AgentCommand.ObserveVm _ -> producer.flush();
            case AgentCommand.CreateSnapshot _, AgentCommand.RevertSnapshot _ -> producer.flush();
            case AgentCommand.DeleteSnapshot _, AgentCommand.ListSnapshots _ -> producer.flush();
        }
    }

    void report() {
        say(inventory(), host.toString(), null);
    }

    private void keep(MaintenanceCommand command) {
        switch (command) {
            case CreateRepository(RepositoryId repository, long incarnation) ->
                say(Topics.maintenanceEvents(repository), new RepositoryCreated(repository, incarnation));
            case RaiseIncarnation(RepositoryId repository, long incarnation) ->
                say(Topics.maintenanceEvents(repository), new IncarnationRaised(repository, incarnation));
            case RemovePoint(RepositoryId repository, var vm, var point) ->
                say(Topics.maintenanceEvents(repository), new PointRemoved(repository, vm, point));
            case MaintenanceCommand.ListPoints _ -> producer.flush();
            case ExportCatalog(RepositoryId of, ExportId export) -> exports.forEach(text -> tell(of, export, text));
        }
    }

    /// What it tells when it is asked for an export, one after the other as if the command had come so often;
    /// nothing if it is empty.
    void exporting(String... texts) {
        exports = List.of(texts);
    }

    /// States that the repository holds the incarnation.
    void state(long incarnation) {
        say(Topics.maintenanceEvents(repository), new IncarnationRaised(repository, incarnation));
    }

    /// Of a text that ends without a line's end the last page is not told: the agent died before.
    private void tell(RepositoryId of, ExportId export, String text) {
        int pages = (text.length() + PAGE_CHARACTERS - 1) / PAGE_CHARACTERS;
        int told = text.endsWith("\n") ? pages : pages - 1;
        for (int page = 1; page <= told; page++) {
            int begin = (page - 1) * PAGE_CHARACTERS;
            String part = text.substring(begin, Math.min(text.length(), begin + PAGE_CHARACTERS));
            say(Topics.maintenanceEvents(of), new CatalogExported(of, export, sha256(text), page, pages, part));
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private InventoryReported inventory() {
        DiskReport disk = new DiskReport("vda", "serial-1", ImageFormat.QCOW2, DISK_BYTES, "1:2", true, null, null);
        return new InventoryReported(
                "hyper", List.of(new VmReport(domain, vmName, VmState.RUNNING, List.of(disk), List.of())));
    }

    private static BackupStarted started(StartBackup order) {
        return new BackupStarted(
                order.task(),
                order.point(),
                order.vm(),
                Instant.now(),
                Consistency.CRASH,
                0,
                order.disks().stream()
                        .map(disk -> new DiskLevel(disk.disk(), disk.target(), disk.level(), disk.reason()))
                        .toList());
    }

    private static BackupCompleted completed(StartBackup order) {
        return new BackupCompleted(
                order.task(),
                order.point(),
                order.vm(),
                "0".repeat(64),
                Instant.now(),
                Consistency.CRASH,
                0,
                20,
                DISK_BYTES,
                DISK_BYTES,
                order.disks().stream().map(ScriptedAgent::result).toList(),
                order.mountpoints(),
                order.scripts() == null ? null : List.of(Notice.POST_THAW_FAILED));
    }

    private static DiskResult result(DiskOrder disk) {
        long dirty = disk.level() == Level.FULL ? DISK_BYTES : DISK_BYTES / 16;
        return new DiskResult(
                disk.disk(), disk.target(), disk.level(), disk.reason(), DISK_BYTES, dirty, dirty, "1:2", true, dirty);
    }

    private void say(AgentEvent event, String key, @Nullable Attempt attempt) {
        send(Topics.hostEvents(host), key, event, attempt);
    }

    private void say(String topic, Object event) {
        send(topic, "maintenance", event, null);
    }

    private void send(String topic, String key, Object body, @Nullable Attempt attempt) {
        EncodedMessage message = codec.encode(new Envelope<>(
                new MessageId(UUID.randomUUID()),
                body,
                "test/agent",
                key,
                Instant.now(),
                null,
                null,
                session,
                attempt));
        ProducerRecord<String, byte[]> out = new ProducerRecord<>(topic, key, message.bytes());
        message.headers().forEach((name, value) -> out.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        Future<RecordMetadata> unused = producer.send(out);
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
