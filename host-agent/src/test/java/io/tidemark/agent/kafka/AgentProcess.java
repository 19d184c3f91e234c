package io.tidemark.agent.kafka;

import io.tidemark.schemas.id.HostId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The built agent as a process of its own.
final class AgentProcess implements AutoCloseable {
    static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");

    private final Process process;
    private final Path state;

    private AgentProcess(Process process, Path state) {
        this.process = process;
        this.state = state;
    }

    /// Starts it on a host without a hypervisor.
    static AgentProcess start(HostId host, String bootstrapServers, Path folder) throws IOException {
        String nowhere = "qemu+unix:///system?socket=" + folder.resolve("no-libvirt");
        return start(host, bootstrapServers, folder, Map.of("tidemark.libvirt.uri", nowhere));
    }

    /// Starts it with further settings. It has one repository, `main`.
    static AgentProcess start(HostId host, String bootstrapServers, Path folder, Map<String, String> settings)
            throws IOException {
        Path state = Files.createDirectories(folder.resolve("state"));
        Files.deleteIfExists(state.resolve("http-port"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-Dkafka.bootstrap.servers=" + bootstrapServers,
                "-Dtidemark.host.id=" + host,
                "-Dtidemark.state-folder=" + state,
                "-Dtidemark.repositories.\"main\"=" + folder.resolve("main")));
        settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-jar", JAR.toAbsolutePath().toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("agent.log").toFile()))
                .start();
        return new AgentProcess(process, state);
    }

    /// The body of an HTTP answer, whatever its status.
    String get(String path) throws IOException, InterruptedException {
        String port = Files.readString(state.resolve("http-port"));
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /// Waits until it has ended by itself. Its exit code.
    int awaitEnd(long seconds) throws IOException, InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new IOException("agent: expected its end within " + seconds + " s, found it running");
        }
        return process.exitValue();
    }

    /// Ends it as a power cut would.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Asks it to end. False if that takes longer than the limit.
    boolean endsWithin(long seconds) throws InterruptedException {
        process.destroy();
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
