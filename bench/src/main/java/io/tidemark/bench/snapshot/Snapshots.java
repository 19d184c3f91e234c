package io.tidemark.bench.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.embedded.launcher.RestClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Snapshots as a user of the REST interface has them.
final class Snapshots {
    /// A look takes from the cores that are measured. No figure comes of when it was looked.
    private static final long LOOK_MILLIS = 50;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final double MICROS_PER_MILLI = 1000;

    private final RestClient rest;

    Snapshots(RestClient rest) {
        this.rest = rest;
    }

    /// One that is there.
    ///
    /// @param toldMillis from before the request to the transaction that catalogues it, by the machine's clock
    /// @param agentMillis from the agent's receipt until every member was taken, by the agent's clock
    /// @param freezeMillis how long the guest's file systems were frozen
    /// @param pauseMillis how long its vCPUs stood still
    /// @param skewMillis between the first and the last moment at which a member was taken
    record Taken(
            String id,
            double toldMillis,
            double agentMillis,
            double freezeMillis,
            double pauseMillis,
            double skewMillis) {}

    /// What a disk can have now.
    ///
    /// @param whyNot empty if it can have it
    record Offer(String mechanism, String whyNot) {
        boolean isPossible() {
            return whyNot.isEmpty();
        }
    }

    /// @param wish the request's body
    Taken take(Map<String, Object> wish) throws IOException, InterruptedException {
        Instant asked = Instant.now();
        JsonNode snapshot = ended(rest.post("/api/v1/snapshots", wish), "creating", "present");
        JsonNode taken = snapshot.path("taken");
        return new Taken(
                snapshot.path("id").asText(),
                millisTo(endOf(snapshot, "create"), asked),
                taken.path("durationMillis").asDouble(),
                taken.path("freezeMillis").asDouble(),
                taken.path("pauseMillis").asDouble(),
                taken.path("skewMicros").asDouble() / MICROS_PER_MILLI);
    }

    /// Answers the milliseconds from before the request to the transaction that knows it gone.
    double drop(Taken taken) throws IOException, InterruptedException {
        Instant asked = Instant.now();
        JsonNode snapshot = ended(rest.delete("/api/v1/snapshots/" + taken.id()), "deleting", "deleted");
        return millisTo(endOf(snapshot, "delete"), asked);
    }

    private JsonNode ended(JsonNode opened, String meanwhile, String wanted) throws IOException, InterruptedException {
        String path = "/api/v1/snapshots/" + opened.path("id").asText();
        long end = System.nanoTime() + LIMIT.toNanos();
        JsonNode found = opened;
        while (found.path("state").asText().equals(meanwhile)) {
            if (System.nanoTime() > end) {
                throw new IOException(
                        path + ": expected the state " + wanted + " within " + LIMIT + ", found " + found);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            found = rest.get(path);
        }
        if (!found.path("state").asText().equals(wanted)) {
            throw new IOException(path + ": expected the state " + wanted + ", found " + found);
        }
        return found;
    }

    private static Instant endOf(JsonNode snapshot, String action) throws IOException {
        for (JsonNode task : snapshot.path("tasks")) {
            if (task.path("action").asText().equals(action) && task.hasNonNull("endedAt")) {
                return Instant.parse(task.path("endedAt").asText());
            }
        }
        throw new IOException("snapshot: expected the end of its task " + action + ", found " + snapshot);
    }

    private static double millisTo(Instant end, Instant start) {
        return Duration.between(start, end).toNanos() / 1e6;
    }

    /// By target, what each disk of the VM can have as its host says now, in the host's order.
    Map<String, List<Offer>> offers(String vm) throws IOException, InterruptedException {
        JsonNode listed = rest.get("/api/v1/vms/" + vm + "/snapshots");
        if (!listed.path("observed").asBoolean()) {
            throw new IOException("snapshots of VM " + vm + ": expected its host's word, found " + listed);
        }
        Map<String, List<Offer>> offers = new LinkedHashMap<>();
        for (JsonNode volume : listed.path("volumes")) {
            List<Offer> some = new ArrayList<>();
            for (JsonNode mechanism : volume.path("mechanisms")) {
                some.add(new Offer(
                        mechanism.path("mechanism").asText(),
                        mechanism.path("available").asBoolean()
                                ? ""
                                : mechanism.path("whyNot").asText("not said")));
            }
            offers.put(volume.path("target").asText(), some);
        }
        return offers;
    }
}
