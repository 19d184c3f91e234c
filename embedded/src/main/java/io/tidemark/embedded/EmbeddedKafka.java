package io.tidemark.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/// One Kafka node, broker and KRaft controller at once, inside this JVM. It listens on 127.0.0.1 only, keeps all
/// its state in one folder and creates no topic by itself, so that a misspelt topic is an error. Ports differ from
/// start to start; the data stay. One folder serves one node at a time: Kafka's own lock file refuses a second.
public final class EmbeddedKafka implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int NODE_ID = 1;
    private static final String CONTROLLER = "CONTROLLER";
    /// Kafka's default would take 128 MiB of heap for a log cleaner that here has next to nothing to clean.
    private static final int CLEANER_BUFFER_BYTES = 8 * 1024 * 1024;

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedKafka(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /// Starts on the folder, which is formatted if it is new, and returns when the broker takes requests.
    public static EmbeddedKafka start(Path folder) throws IOException {
        return start(folder, FreePort.two()[0]);
    }

    /// The same for clients that know the port already, from an earlier start.
    public static EmbeddedKafka start(Path folder, int clientPort) throws IOException {
        Path home = Files.createDirectories(folder).toAbsolutePath();
        format(home);
        KafkaConfig config = KafkaConfig.fromProps(properties(home, clientPort, FreePort.two()[1]));
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        server.startup();
        return new EmbeddedKafka(server, LOOPBACK + ":" + clientPort);
    }

    /// The value for a client's `bootstrap.servers`.
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /// Stops the node and waits until its files are closed.
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static void format(Path home) throws IOException {
        if (Files.exists(home.resolve("meta.properties"))) {
            return;
        }
        try (PrintStream silence = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silence)
                    .setNodeId(NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setDirectories(Set.of(home.toString()))
                    .setMetadataLogDirectory(home.toString())
                    .setControllerListenerName(CONTROLLER)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("Kafka folder " + home + ": expected to format it, found " + e.getMessage(), e);
        }
    }

    private static Properties properties(Path home, int clientPort, int controllerPort) {
        Properties p = new Properties();
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(NODE_ID));
        p.put("controller.quorum.voters", NODE_ID + "@" + LOOPBACK + ":" + controllerPort);
        String client = "CLIENT://" + LOOPBACK + ":" + clientPort;
        p.put("listeners", client + "," + CONTROLLER + "://" + LOOPBACK + ":" + controllerPort);
        p.put("advertised.listeners", client);
        p.put("listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("controller.listener.names", CONTROLLER);
        p.put("inter.broker.listener.name", "CLIENT");
        p.put("log.dirs", home.toString());
        p.put("auto.create.topics.enable", "false");
        p.put("num.partitions", "1");
        p.put("offsets.topic.replication.factor", "1");
        p.put("offsets.topic.num.partitions", "4");
        p.put("transaction.state.log.replication.factor", "1");
        p.put("transaction.state.log.min.isr", "1");
        p.put("transaction.state.log.num.partitions", "4");
        p.put("share.coordinator.state.topic.replication.factor", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        p.put("share.coordinator.state.topic.num.partitions", "2");
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("log.cleaner.dedupe.buffer.size", Integer.toString(CLEANER_BUFFER_BYTES));
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "4");
        p.put("background.threads", "4");
        return p;
    }
}
