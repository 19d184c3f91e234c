package io.tidemark.embedded.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// Calls of the orchestrator's REST interface, with JSON trees as bodies.
public final class RestClient {
    private static final Duration CALL_MAX = Duration.ofSeconds(20);

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final URI base;

    public RestClient(URI base) {
        this.base = base;
    }

    public URI base() {
        return base;
    }

    public JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build());
    }

    /// The body is any value that Jackson writes: a map, a list, a tree.
    public JsonNode post(String path, Object body) throws IOException, InterruptedException {
        return send(request(path).POST(json(body)).build());
    }

    public JsonNode put(String path, Object body) throws IOException, InterruptedException {
        return send(request(path).PUT(json(body)).build());
    }

    public JsonNode delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE().build());
    }

    /// Whether a GET is answered with 200 now; no answer is false.
    boolean isUp(String path) throws InterruptedException {
        try {
            return http.send(request(path).GET().build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// The body of a health check, whether it is well or not; empty where nothing answers.
    Optional<JsonNode> health(String path) throws InterruptedException {
        try {
            HttpResponse<byte[]> answer =
                    http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
            return Optional.of(mapper.readTree(answer.body()));
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(CALL_MAX).header("Content-Type", "application/json");
    }

    private HttpRequest.BodyPublisher json(Object body) throws IOException {
        return HttpRequest.BodyPublishers.ofByteArray(mapper.writeValueAsBytes(body));
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() >= 300) {
            throw new IOException(request.method() + " " + request.uri() + ": expected success, found "
                    + answer.statusCode() + " " + new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return mapper.readTree(answer.body());
    }
}
