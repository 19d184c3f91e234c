package io.tidemark.agent.cli.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The orchestrator that has the catalog. A call that it refuses, or that it does not answer, is an `IOException`
/// which says so to people.
public final class Orchestrator {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    /// A large export is some ten thousand rows.
    private static final Duration ANSWER_MAX = Duration.ofMinutes(30);

    /// An orchestrator waits far less for the host that it asks.
    private static final Duration EPOCH_ANSWER_MAX = Duration.ofMinutes(1);

    private final ObjectMapper mapper = new ObjectMapper();
    private final URI base;

    public Orchestrator(URI base) {
        this.base = base;
    }

    /// Makes the repository known; one that is known stays as it is.
    public void register(String repository) throws IOException {
        byte[] body = mapper.writeValueAsBytes(Map.of("id", repository));
        JsonNode unused = answer(request("api/v1/repositories")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body)));
    }

    /// What became of the export.
    public JsonNode rebuild(String repository, BodyPublisher export) throws IOException {
        return answer(request("api/v1/catalog/rebuild?repository=" + encoded(repository))
                .header("Content-Type", "application/x-ndjson")
                .POST(export));
    }

    /// Has it ask the repository's maintenance role for an export; what is known of that by now.
    public JsonNode askForExport(String repository) throws IOException {
        return answer(request("api/v1/catalog/exports?repository=" + encoded(repository))
                .POST(BodyPublishers.noBody()));
    }

    /// What has come of an export that was asked for.
    public JsonNode export(String export) throws IOException {
        return answer(request("api/v1/catalog/exports/" + encoded(export)).GET());
    }

    /// What became of an export that was asked for and is complete.
    public JsonNode rebuild(String export) throws IOException {
        return answer(request("api/v1/catalog/rebuild/" + encoded(export)).POST(BodyPublishers.noBody()));
    }

    /// What would be removed if deletion went on.
    public JsonNode dryRun() throws IOException {
        return answer(request("api/v1/catalog/deletion-hold").GET());
    }

    /// Lets deletion go on, for somebody who has seen the dry run of that token. Says whether it does.
    public boolean letGo(String seen) throws IOException {
        String path = "api/v1/catalog/deletion-hold?seen=" + encoded(seen);
        return !answer(request(path).DELETE()).path("holdsDeletion").asBoolean(true);
    }

    /// Which epoch is asked for.
    ///
    /// @param vm its id or its name
    /// @param disk its target or its id
    public record EpochQuestion(String vm, String disk, String tracker) {}

    /// The disk's epoch as its host says now; without a token, the reason why there is none.
    public JsonNode epochNow(EpochQuestion question) throws IOException {
        String path = "api/v1/epochs/now?vm=" + encoded(question.vm()) + "&disk=" + encoded(question.disk())
                + "&tracker=" + encoded(question.tracker());
        JsonNode epoch = answer(request(path).timeout(EPOCH_ANSWER_MAX).GET());
        if (!epoch.hasNonNull("vm") || !epoch.hasNonNull("disk")) {
            throw new IOException("orchestrator " + base + ": expected the epoch of a disk, found no disk of a VM");
        }
        return epoch;
    }

    /// Epochs as last known.
    ///
    /// @param vm the id of the VM whose epochs are asked for; null for those of all
    public JsonNode epochs(@Nullable String vm) throws IOException {
        String path = "api/v1/epochs" + (vm == null ? "" : "?vm=" + encoded(vm));
        JsonNode epochs = answer(request(path).timeout(EPOCH_ANSWER_MAX).GET());
        if (!epochs.isArray()) {
            throw new IOException("orchestrator " + base + ": expected a list of epochs, found none");
        }
        return epochs;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(ANSWER_MAX);
    }

    private JsonNode answer(HttpRequest.Builder request) throws IOException {
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build()) {
            HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
            if (answer.statusCode() >= 300) {
                throw new RefusedException("orchestrator " + base + ": expected it to do as asked, found "
                        + answer.statusCode() + ": " + detail(answer.body()));
            }
            return mapper.readTree(answer.body());
        } catch (RefusedException refused) {
            throw refused;
        } catch (JsonProcessingException noJson) {
            throw new IOException(
                    "orchestrator " + base + ": expected JSON, found " + noJson.getOriginalMessage(), noJson);
        } catch (IOException e) {
            throw new IOException("orchestrator " + base + ": expected an answer, found " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("orchestrator " + base + ": expected an answer, was interrupted", e);
        }
    }

    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        private RefusedException(String message) {
            super(message);
        }
    }

    private String detail(byte[] problem) {
        String text = new String(problem, StandardCharsets.UTF_8);
        try {
            return mapper.readTree(problem).path("detail").asText(text);
        } catch (IOException noJson) {
            return text;
        }
    }
}
