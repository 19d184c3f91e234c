package io.tidemark.embedded.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tidemark.embedded.EmbeddedKafka;
import io.tidemark.embedded.EmbeddedPostgresServer;
import io.tidemark.embedded.EmbeddedPostgresServer.Durability;
import io.tidemark.embedded.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Everything on one machine: Kafka and PostgreSQL in and below this JVM, the orchestrator and one host agent, or
/// more for tests, as child processes. Ports differ from start to start, state is kept in the home folder, and
/// nothing listens beyond loopback. Not safe for use by several threads, but for [#close], which also ends a start
/// that is under way.
public final class AllInOne implements AutoCloseable {
    private static final Duration READY_MAX = Duration.ofMinutes(2);
    /// How long a start is held up by a libvirt that does not answer.
    private static final Duration LIBVIRT_MAX = Duration.ofSeconds(15);
    private static final long POLL_MILLIS = 100;
    private static final String READY = "/q/health/ready";

    private final Settings settings;
    private final FolderLock lock;
    private final int orchestratorPort;
    private final int agentPort;
    // not final: tests end a part and start it again
    private EmbeddedKafka kafka;
    private EmbeddedPostgresServer postgres;
    private @Nullable ChildProcess orchestrator;
    private @Nullable ChildProcess agent;
    private final List<ChildProcess> otherAgents = new ArrayList<>();
    private boolean isClosed;

    private AllInOne(Settings settings, FolderLock lock, EmbeddedKafka kafka, EmbeddedPostgresServer postgres)
            throws IOException {
        this.settings = settings;
        this.lock = lock;
        this.kafka = kafka;
        this.postgres = postgres;
        int[] ports = FreePort.two();
        this.orchestratorPort = ports[0];
        this.agentPort = ports[1];
    }

    /// Starts all parts and returns when both applications are ready. A libvirt that does not answer is waited for
    /// only shortly: the agent stays up and goes on trying, see [#isLibvirtReachable].
    public static AllInOne start(Settings settings) throws IOException, InterruptedException {
        Cleanup own = new Cleanup();
        try {
            return start(settings, own);
        } catch (IOException | InterruptedException | RuntimeException e) {
            own.close();
            throw e;
        }
    }

    /// The same in the charge of a clean-up from the first part on, so that it can be asked to end in the midst.
    public static AllInOne start(Settings settings, Cleanup cleanup) throws IOException, InterruptedException {
        requireBuilt(settings.builds().orchestratorJar());
        requireBuilt(settings.builds().agentJar());
        AllInOne all = cleanup.start(() -> infrastructure(settings));
        all.startOrchestrator(Map.of());
        all.startAgent(Map.of());
        return all;
    }

    private static AllInOne infrastructure(Settings settings) throws IOException {
        Path home = Files.createDirectories(settings.home());
        FolderLock lock = FolderLock.take(home, home.resolve("lock"), "Tidemark");
        try {
            return infrastructure(settings, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static AllInOne infrastructure(Settings settings, FolderLock lock) throws IOException {
        Path home = settings.home();
        CompletableFuture<EmbeddedKafka> kafka = CompletableFuture.supplyAsync(() -> kafka(home));
        EmbeddedPostgresServer postgres;
        try {
            postgres = EmbeddedPostgresServer.start(home.resolve("postgres"), Durability.DURABLE);
        } catch (IOException | RuntimeException e) {
            kafka.handle((broker, failure) -> {
                        if (failure == null) {
                            broker.close();
                        }
                        return failure;
                    })
                    .join();
            throw e;
        }
        try {
            return new AllInOne(settings, lock, kafka.join(), postgres);
        } catch (CompletionException e) {
            postgres.close();
            throw new IOException("Kafka: expected it to start, found " + e.getCause(), e);
        }
    }

    private static EmbeddedKafka kafka(Path home) {
        try {
            return EmbeddedKafka.start(home.resolve("kafka"));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static void requireBuilt(Path jar) throws IOException {
        if (!Files.isRegularFile(jar)) {
            throw new IOException("application: expected it built at " + jar + ", found no such file");
        }
    }

    /// Takes the broker away and brings it back on the same port, for tests; `meanwhile` runs between.
    public void withoutKafka(Interlude meanwhile) throws IOException, InterruptedException {
        int port =
                Integer.parseInt(bootstrapServers().substring(bootstrapServers().lastIndexOf(':') + 1));
        kafka.close();
        try {
            meanwhile.run();
        } finally {
            kafka = EmbeddedKafka.start(settings.home().resolve("kafka"), port);
        }
    }

    /// The same with the database.
    public void withoutPostgres(Interlude meanwhile) throws IOException, InterruptedException {
        int port = URI.create(postgres.jdbcUrl().substring("jdbc:".length())).getPort();
        postgres.close();
        try {
            meanwhile.run();
        } finally {
            postgres = EmbeddedPostgresServer.start(settings.home().resolve("postgres"), Durability.DURABLE, port);
        }
    }

    /// What happens while a part is away.
    public interface Interlude {
        void run() throws IOException, InterruptedException;
    }

    /// Where the orchestrator answers.
    public URI restUri() {
        return URI.create("http://127.0.0.1:" + orchestratorPort + "/");
    }

    public URI agentUri() {
        return URI.create("http://127.0.0.1:" + agentPort + "/");
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    public String jdbcUrl() {
        return postgres.jdbcUrl();
    }

    public RestClient rest() {
        return new RestClient(restUri());
    }

    public Path logs() {
        return settings.home().resolve("logs");
    }

    /// The agent's own folder: journal, sockets, marker files.
    public Path agentState() {
        return thisHost().state();
    }

    /// The id that this machine was enrolled under, once it was.
    public String hostId() throws IOException {
        return thisHost().id();
    }

    private AgentHost thisHost() {
        return new AgentHost(nameOfThisHost(), settings.home(), settings.libvirtUri());
    }

    /// Starts the orchestrator and waits until it is ready; the properties come on top of those of the settings.
    public ChildProcess startOrchestrator(Map<String, String> properties) throws IOException, InterruptedException {
        List<String> command = jvm("192m");
        command.add("-XX:TieredStopAtLevel=1"); // a better compiler would take the cores from guests and the agent
        command.add("-Dquarkus.http.port=" + orchestratorPort);
        command.add("-Dkafka.bootstrap.servers=" + kafka.bootstrapServers());
        command.add("-Dquarkus.datasource.jdbc.url=" + postgres.jdbcUrl());
        command.add("-Dquarkus.datasource.username=" + postgres.user());
        settings.orchestrator().forEach((name, value) -> command.add("-D" + name + "=" + value));
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.add("-jar");
        command.add(settings.builds().orchestratorJar().toString());
        ChildProcess child = spawn("orchestrator", command);
        awaitReady(child, rest());
        return child;
    }

    /// Enrols this machine if it is new, starts the agent and waits until it is ready, for libvirt only shortly.
    public ChildProcess startAgent(Map<String, String> properties) throws IOException, InterruptedException {
        List<String> command = agentCommand(thisHost(), agentPort);
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.add("-jar");
        command.add(settings.builds().agentJar().toString());
        ChildProcess child = spawn("agent", command);
        awaitReadyButForLibvirt(child, agentUri());
        return child;
    }

    /// The same of another host's agent, which uses the same repositories. It ends with the others.
    public ChildProcess startAgent(AgentHost host) throws IOException, InterruptedException {
        int port = FreePort.two()[0];
        List<String> command = agentCommand(host, port);
        command.add("-jar");
        command.add(settings.builds().agentJar().toString());
        ChildProcess child = spawn("agent-" + host.name(), command);
        awaitReadyButForLibvirt(child, URI.create("http://127.0.0.1:" + port + "/"));
        return child;
    }

    private List<String> agentCommand(AgentHost host, int port) throws IOException, InterruptedException {
        List<String> command = jvm("96m");
        command.add("-XX:ReservedCodeCacheSize=64m");
        command.add("-XX:TrimNativeHeapInterval=5000"); // what the compiler freed goes back to the machine
        command.add("-Dquarkus.http.port=" + port);
        command.add("-Dkafka.bootstrap.servers=" + kafka.bootstrapServers());
        command.add("-Dtidemark.host.id=" + enrolled(host));
        command.add("-Dtidemark.libvirt.uri=" + host.libvirtUri());
        command.add("-Dtidemark.state-folder=" + host.state());
        if (!settings.agent().containsKey("tidemark.scratch.folder")) {
            command.add("-Dtidemark.scratch.folder=" + host.home().resolve("scratch"));
        }
        settings.repositories()
                .forEach((id, folder) -> command.add("-Dtidemark.repositories.\"" + id + "\"=" + folder));
        command.add("-Dtidemark.trust-hosts=true");
        settings.agent().forEach((name, value) -> command.add("-D" + name + "=" + value));
        return command;
    }

    private synchronized ChildProcess spawn(String name, List<String> command) throws IOException {
        if (isClosed) {
            throw new IOException(name + ": expected to start it, found that everything is being stopped");
        }
        ChildProcess child = ChildProcess.start(name, command, logs().resolve(name + ".log"));
        switch (name) {
            case "agent" -> agent = child;
            case "orchestrator" -> orchestrator = child;
            default -> otherAgents.add(child);
        }
        return child;
    }

    public ChildProcess orchestrator() {
        return started(orchestrator, "orchestrator");
    }

    public ChildProcess agent() {
        return started(agent, "agent");
    }

    private static ChildProcess started(@Nullable ChildProcess child, String name) {
        if (child == null) {
            throw new IllegalStateException(name + ": expected it to be started before");
        }
        return child;
    }

    private static List<String> jvm(String heap) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dquarkus.http.host=127.0.0.1"));
    }

    private String enrolled(AgentHost host) throws IOException, InterruptedException {
        if (!host.isEnrolled()) {
            host.enrolled(rest().post("/api/v1/hosts", Map.of("name", host.name()))
                    .path("id")
                    .asText());
        }
        return host.id();
    }

    /// The name that people know this machine by. One that no resolver knows is no reason not to start.
    static String nameOfThisHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unresolved) {
            return "localhost";
        }
    }

    /// Whether the agent reaches its libvirt now.
    public boolean isLibvirtReachable() throws InterruptedException {
        return isUp(new RestClient(agentUri()).health(READY), "hypervisor");
    }

    private void awaitReadyButForLibvirt(ChildProcess child, URI at) throws IOException, InterruptedException {
        RestClient health = new RestClient(at);
        long begun = System.nanoTime();
        while (true) {
            child.requireAlive();
            Optional<JsonNode> found = health.health(READY);
            long waited = System.nanoTime() - begun;
            boolean isLibvirtGivenUp = waited > LIBVIRT_MAX.toNanos();
            if (isUp(found, "command topic") && (isLibvirtGivenUp || isUp(found, "hypervisor"))) {
                return;
            }
            if (waited > READY_MAX.toNanos()) {
                throw new IOException(health.base() + "q/health/ready: expected the command topic up within "
                        + READY_MAX + ", found " + found + "; the end of " + child.log() + ":\n" + child.tail());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static boolean isUp(Optional<JsonNode> health, String check) {
        for (JsonNode one : health.map(all -> all.path("checks")).orElse(MissingNode.getInstance())) {
            if (one.path("name").asText().equals(check)) {
                return one.path("status").asText().equals("UP");
            }
        }
        return false;
    }

    private static void awaitReady(ChildProcess child, RestClient rest) throws IOException, InterruptedException {
        long end = System.nanoTime() + READY_MAX.toNanos();
        while (!rest.isUp(READY)) {
            child.requireAlive();
            if (System.nanoTime() > end) {
                throw new IOException(rest.base() + "q/health/ready: expected 200 within " + READY_MAX + "; the end of "
                        + child.log() + ":\n" + child.tail());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /// Stops the agent first, so that what it still has to say is heard, then the rest. Safe to call twice.
    @Override
    public synchronized void close() throws IOException {
        isClosed = true;
        try (Cleanup parts = new Cleanup()) {
            parts.add(lock);
            parts.add(postgres);
            parts.add(kafka);
            if (orchestrator != null) {
                parts.add(orchestrator);
            }
            if (agent != null) {
                parts.add(agent);
            }
            for (ChildProcess other : otherAgents) {
                parts.add(other);
            }
        }
    }
}
