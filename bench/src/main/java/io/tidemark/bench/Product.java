package io.tidemark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import io.tidemark.embedded.launcher.AllInOne;
import io.tidemark.embedded.launcher.RestClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Tidemark as a user of its REST interface sees it.
public final class Product {
    /// The repository that it begins with.
    public static final String REPOSITORY = "bench";
    /// Looking takes from the very cores that are measured: at every 10 ms it took a quarter of them.
    private static final long LOOK_MILLIS = 100;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final AllInOne all;
    private final RestClient rest;
    private final Tidemark tidemark;
    private final String vm;
    // not final: another may be begun
    private String repository = REPOSITORY;

    private Product(AllInOne all, String domain) throws IOException, InterruptedException {
        this.all = all;
        this.rest = all.rest();
        this.tidemark = new Tidemark(rest);
        tidemark.createRepository(repository);
        this.vm = tidemark.awaitVm(domain);
    }

    /// Registers the repository, and waits until the domain is known.
    public static Product of(AllInOne all, String domain) throws IOException, InterruptedException {
        return new Product(all, domain);
    }

    /// Registers another repository, and backs up into it from now on. The first backup is full then.
    public void moveTo(String other) throws IOException, InterruptedException {
        tidemark.createRepository(other);
        repository = other;
    }

    long agentPid() {
        return all.agent().pid();
    }

    /// Backs up by a request, from the POST to the task's end, and answers the restore point's id.
    public String backUp(boolean isFull) throws IOException, InterruptedException {
        JsonNode opened = rest.post(
                "/api/v1/backups", Map.of("vm", vm, "repository", repository, "quiesce", true, "forceFull", isFull));
        return ended("/api/v1/tasks/" + opened.required("task").asText())
                .path("point")
                .asText();
    }

    /// Asks for a disk's epoch, and answers how long the answer took, in milliseconds. An [IOException] if there is
    /// no epoch.
    ///
    /// @param disk its target
    double askForEpoch(String disk) throws IOException, InterruptedException {
        long asked = System.nanoTime();
        JsonNode answer = rest.get("/api/v1/epochs/now?vm=" + vm + "&disk=" + disk);
        double millis = (System.nanoTime() - asked) / 1e6;
        if (!answer.hasNonNull("token")) {
            throw new IOException("epoch of " + disk + ": expected a token, found " + answer);
        }
        return millis;
    }

    /// Restores one disk to a new image, from the POST to the task's end, and answers how it ended.
    JsonNode restore(String point, String disk, Path image, String format) throws IOException, InterruptedException {
        Map<String, String> target = Map.of("target", disk, "path", image.toString(), "format", format);
        JsonNode opened = rest.post(
                "/api/v1/restores", Map.of("point", point, "repository", repository, "disks", List.of(target)));
        return ended("/api/v1/restores/" + opened.required("id").asText());
    }

    private JsonNode ended(String path) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            JsonNode found = rest.get(path);
            switch (found.path("state").asText()) {
                case "succeeded" -> {
                    return found;
                }
                case "failed", "cancelled" -> throw new IOException(path + ": expected success, found " + found);
                default -> {}
            }
            if (System.nanoTime() > end) {
                throw new IOException(path + ": expected its end within " + LIMIT + ", found " + found);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /// The restore point as the catalog lists it.
    JsonNode point(String id) throws IOException, InterruptedException {
        return tidemark.points(vm).stream()
                .filter(point -> point.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow(() -> new IOException("restore point " + id + ": expected it listed, found it not"));
    }

    /// An [IOException] unless each disk of the point is of the level, `full` or `incremental`.
    public void requireLevel(String id, String level) throws IOException, InterruptedException {
        for (JsonNode disk : point(id).path("disks")) {
            if (!disk.path("level").asText().equalsIgnoreCase(level)) {
                throw new IOException(
                        "restore point " + id + ": expected level " + level + " of each disk, found " + disk);
            }
        }
    }

    /// The agent's own account of where the time of a point went.
    Map<String, Long> phases(String point) throws IOException, InterruptedException {
        return PhaseLog.await(all.agent().log(), point);
    }
}
