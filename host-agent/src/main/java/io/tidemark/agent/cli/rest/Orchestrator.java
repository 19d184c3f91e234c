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
    private static final Duration QUICK_ANSWER_MAX = Duration.ofMinutes(1);

    private final ObjectMapper mapper = new ObjectMapper();
    private final URI base;

    public Orchestrator(URI base) {
        this.base = base;
    }

    /// Makes the repository known; one that is known stays as it is.
    public void register(String repository) throws IOException {
        JsonNode unused = answer(json(request("api/v1/repositories"), Map.of("id", repository)));
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
        JsonNode epoch = answer(request(path).timeout(QUICK_ANSWER_MAX).GET());
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
        JsonNode epochs = answer(request(path).timeout(QUICK_ANSWER_MAX).GET());
        if (!epochs.isArray()) {
            throw new IOException("orchestrator " + base + ": expected a list of epochs, found none");
        }
        return epochs;
    }

    /// Snapshots of the catalog, newest first.
    ///
    /// @param vm id or name of the VM whose snapshots are asked for; null for those of all
    /// @param ended whether those that are deleted or were never taken are asked for, too
    public JsonNode snapshots(@Nullable String vm, boolean ended) throws IOException {
        String path = "api/v1/snapshots?all=" + ended + (vm == null ? "" : "&vm=" + encoded(vm));
        JsonNode snapshots = answer(request(path).timeout(QUICK_ANSWER_MAX).GET());
        if (!snapshots.isArray()) {
            throw new IOException("orchestrator " + base + ": expected a list of snapshots, found none");
        }
        return snapshots;
    }

    /// Which snapshots the VM's disks have and could have, as their host says now.
    ///
    /// @param vm its id or its name
    public JsonNode snapshotsNow(String vm) throws IOException {
        return listing("api/v1/vms/" + segment(vm) + "/snapshots");
    }

    /// The same of a volume that no VM has.
    public JsonNode snapshotsNow(String host, String volume) throws IOException {
        return listing("api/v1/hosts/" + segment(host) + "/snapshots?volume=" + encoded(volume));
    }

    private JsonNode listing(String path) throws IOException {
        JsonNode listing = answer(request(path).timeout(QUICK_ANSWER_MAX).GET());
        if (!listing.path("volumes").isArray()) {
            throw new IOException("orchestrator " + base + ": expected volumes with their snapshots, found none");
        }
        return listing;
    }

    public JsonNode snapshot(String id) throws IOException {
        return oneSnapshot(request("api/v1/snapshots/" + segment(id)).GET());
    }

    /// Has it taken.
    ///
    /// @param wish the body of the request
    public JsonNode createSnapshot(Map<String, ?> wish) throws IOException {
        return oneSnapshot(json(request("api/v1/snapshots"), wish));
    }

    /// Has the volumes put back to it.
    public JsonNode revertSnapshot(String id, boolean force) throws IOException {
        return oneSnapshot(json(request("api/v1/snapshots/" + segment(id) + "/revert"), Map.of("force", force)));
    }

    /// Has it given up.
    public JsonNode deleteSnapshot(String id) throws IOException {
        return oneSnapshot(request("api/v1/snapshots/" + segment(id)).DELETE());
    }

    /// Asks for the end of what is being done with it.
    public JsonNode cancelSnapshot(String id) throws IOException {
        return oneSnapshot(
                request("api/v1/snapshots/" + segment(id) + "/cancel").POST(BodyPublishers.noBody()));
    }

    private HttpRequest.Builder json(HttpRequest.Builder request, Map<String, ?> body) throws IOException {
        return request.header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(mapper.writeValueAsBytes(body)));
    }

    private JsonNode oneSnapshot(HttpRequest.Builder request) throws IOException {
        JsonNode snapshot = answer(request.timeout(QUICK_ANSWER_MAX));
        if (!snapshot.hasNonNull("id") || !snapshot.path("tasks").isArray()) {
            throw new IOException("orchestrator " + base + ": expected a snapshot, found none");
        }
        return snapshot;
    }

    /// In a path a plus sign is no space.
    private static String segment(String text) {
        return encoded(text).replace("+", "%20");
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
