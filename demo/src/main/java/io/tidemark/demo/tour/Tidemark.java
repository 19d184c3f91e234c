package io.tidemark.demo.tour;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.embedded.launcher.RestClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// The product as the demo knows it: its REST interface, and waiting with a limit.
public final class Tidemark {
    private static final long POLL_MILLIS = 200;

    private final RestClient rest;

    public Tidemark(RestClient rest) {
        this.rest = rest;
    }

    /// Registers a repository and waits until it is ready.
    public void createRepository(String id) throws IOException, InterruptedException {
        rest.post("/api/v1/repositories", Map.of("id", id));
        await(
                "repository " + id + " ready",
                Duration.ofSeconds(30),
                () -> {
                    JsonNode found = rest.get("/api/v1/repositories/" + id);
                    if (found.path("state").asText().equals("failed")) {
                        throw new IOException(
                                "repository " + id + ": " + found.path("detail").asText());
                    }
                    return found;
                },
                found -> found.path("state").asText().equals("ready"));
    }

    /// Waits until a VM of that name is in the inventory, and answers its id.
    public String awaitVm(String name) throws IOException, InterruptedException {
        JsonNode vms = await(
                "VM " + name + " in the inventory",
                Duration.ofMinutes(1),
                () -> rest.get("/api/v1/vms"),
                found -> vm(found, name) != null);
        return String.valueOf(vm(vms, name));
    }

    private static @org.jspecify.annotations.Nullable String vm(JsonNode vms, String name) {
        for (JsonNode vm : vms) {
            if (vm.path("name").asText().equals(name)) {
                return vm.path("id").asText();
            }
        }
        return null;
    }

    /// A policy that backs the VM up at a fixed interval; answers its id.
    public String schedule(PolicyTerms terms) throws IOException, InterruptedException {
        return rest.post("/api/v1/policies", terms.body(true)).path("id").asText();
    }

    /// The policy stays, and fires no more.
    public void unschedule(String policy, PolicyTerms terms) throws IOException, InterruptedException {
        rest.put("/api/v1/policies/" + policy, terms.body(false));
    }

    /// What a policy says.
    public record PolicyTerms(String name, String vmName, String repository, Duration every, int keepLast) {
        private Map<String, Object> body(boolean isEnabled) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", name);
            body.put("schedule", Map.of("interval", every.toString()));
            body.put("selection", Map.of("pattern", vmName));
            body.put("repository", repository);
            body.put("quiesce", true);
            body.put("retention", Map.of("keepLast", keepLast));
            body.put("enabled", isEnabled);
            return body;
        }
    }

    /// The VM's restore points, oldest first.
    public List<JsonNode> points(String vm) throws IOException, InterruptedException {
        List<JsonNode> points = new ArrayList<>();
        rest.get("/api/v1/restore-points?vm=" + vm).forEach(points::add);
        return points;
    }

    /// Whether a policy's schedule made the point.
    boolean isScheduled(JsonNode point) throws IOException, InterruptedException {
        JsonNode task = rest.get("/api/v1/tasks/" + point.path("task").asText());
        return !rest.get("/api/v1/runs/" + task.path("run").asText())
                .path("policy")
                .asText("")
                .isEmpty();
    }

    public List<JsonNode> awaitPoints(String vm, int count, Duration limit) throws IOException, InterruptedException {
        return await(count + " restore points", limit, () -> points(vm), found -> found.size() >= count);
    }

    /// Backs the VM up now, and answers the restore point's id.
    public String backUp(String vm, String repository, boolean quiesce) throws IOException, InterruptedException {
        return succeeded(awaitTask(beginBackUp(vm, repository, quiesce)))
                .path("point")
                .asText();
    }

    /// Asks for a backup, and answers the task's id.
    public String beginBackUp(String vm, String repository, boolean quiesce) throws IOException, InterruptedException {
        JsonNode opened = rest.post(
                "/api/v1/backups", Map.of("vm", vm, "repository", repository, "quiesce", quiesce, "forceFull", false));
        return opened.path("task").asText();
    }

    /// Waits until the task has ended, well or not, and answers it.
    public JsonNode awaitTask(String task) throws IOException, InterruptedException {
        return awaitEnd("/api/v1/tasks/" + task);
    }

    /// No task of any kind is under way any more.
    public void awaitQuiet() throws IOException, InterruptedException {
        await("no task under way", Duration.ofMinutes(1), () -> rest.get("/api/v1/tasks"), tasks -> {
            for (JsonNode task : tasks) {
                if (!isTerminal(task.path("state").asText())) {
                    return false;
                }
            }
            return true;
        });
    }

    /// Restores disks of a point to new raw images and waits for the end.
    public void restore(String point, String repository, Map<String, Path> images)
            throws IOException, InterruptedException {
        List<Map<String, String>> disks = new ArrayList<>();
        images.forEach((target, path) -> disks.add(Map.of("target", target, "path", path.toString(), "format", "raw")));
        JsonNode opened =
                rest.post("/api/v1/restores", Map.of("point", point, "repository", repository, "disks", disks));
        succeeded(awaitEnd("/api/v1/restores/" + opened.path("id").asText()));
    }

    private JsonNode awaitEnd(String path) throws IOException, InterruptedException {
        return await(
                path + " ended",
                Duration.ofMinutes(2),
                () -> rest.get(path),
                found -> isTerminal(found.path("state").asText()));
    }

    private static JsonNode succeeded(JsonNode ended) throws IOException {
        if (!ended.path("state").asText().equals("succeeded")) {
            throw new IOException("task: expected it to succeed, found " + ended);
        }
        return ended;
    }

    private static boolean isTerminal(String state) {
        return switch (state) {
            case "succeeded", "failed", "cancelled" -> true;
            default -> false;
        };
    }

    /// What is looked at until it is as wanted.
    public interface Look<T> {
        T now() throws IOException, InterruptedException;
    }

    /// Looks again and again; fails with what was found last.
    public static <T> T await(String what, Duration limit, Look<T> look, Predicate<T> isThere)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        T found = look.now();
        while (!isThere.test(found)) {
            if (System.nanoTime() > end) {
                throw new IOException("expected " + what + " within " + limit.toSeconds() + " s, found " + found);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            found = look.now();
        }
        return found;
    }
}
