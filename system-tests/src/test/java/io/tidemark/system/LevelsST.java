package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Backups of each level and of several trackers of one domain, each restored bit by bit, and what a chain notices
/// of them.
@ExtendWith(SharedStack.class)
class LevelsST {
    private static final int WRITTEN_BYTES = 65_536;

    /// What the guest would read now, by disk; and then, by restore point.
    private final Map<String, byte[]> now = new LinkedHashMap<>();

    private final Map<String, Map<String, byte[]>> taken = new LinkedHashMap<>();

    @Test
    void everyLevelRestoresAndACopyHasNoEffectOnTheChain(Stack stack) throws Exception {
        try (BareDomain domain = BareDomain.defined(stack, "levels")) {
            List.of("vda", "vdb").forEach(target -> now.put(target, new byte[BareDomain.DISK_BYTES]));
            write(domain, "vda", 0);
            String full = domain.backUp().substring("tidemark-".length());
            remember(full);
            String increment = next(stack, domain, "incremental", 1);
            String checkpoints = domain.virsh("checkpoint-list", "--name");
            JsonNode epoch = domain.epoch("vda");

            String copy = next(stack, domain, "copy", 2);

            assertThat(domain.virsh("checkpoint-list", "--name")).isEqualTo(checkpoints);
            assertThat(domain.epoch("vda")).isEqualTo(epoch);
            String second = next(stack, domain, "incremental", 3);
            assertListed(stack, increment, "incremental", full);
            assertListed(stack, copy, "copy", "");
            assertListed(stack, second, "incremental", increment);
            assertListed(stack, next(stack, domain, "full", 4), "full", "");
            assertRestore(stack, domain);
        }
    }

    @Test
    void chainGoesOnWhileTheDomainIsOffAndACopyOfItWritesNothing(Stack stack) throws Exception {
        try (BareDomain domain = BareDomain.defined(stack, "resting")) {
            List.of("vda", "vdb").forEach(target -> now.put(target, new byte[BareDomain.DISK_BYTES]));
            String full = domain.backUp().substring("tidemark-".length());
            remember(full);
            written(domain, 1);
            domain.stop();
            String copy = backUp(stack, domain, "copy");
            String resting = backUp(stack, domain, "incremental");
            String again = backUp(stack, domain, "incremental");
            domain.start();
            String last = next(stack, domain, "incremental", 2);

            assertListed(stack, copy, "copy", "");
            assertListed(stack, resting, "incremental", full);
            assertListed(stack, again, "incremental", resting);
            assertListed(stack, last, "incremental", again);
            assertRestore(stack, domain);
        }
    }

    @Test
    void differentialsOfADomainOnAndOffBuildOnTheFullUntilAnIncrementComes(Stack stack) throws Exception {
        try (BareDomain domain = BareDomain.defined(stack, "differing")) {
            List.of("vda", "vdb").forEach(target -> now.put(target, new byte[BareDomain.DISK_BYTES]));
            String full = domain.backUp().substring("tidemark-".length());
            remember(full);
            JsonNode epoch = domain.epoch("vda");
            String first = next(stack, domain, "differential", 1);
            written(domain, 2);
            domain.stop();
            String resting = backUp(stack, domain, "differential");
            domain.start();
            String third = next(stack, domain, "differential", 3);

            awaitCheckpoints(domain, List.of(full));
            assertThat(domain.epoch("vda")).isEqualTo(epoch);
            String increment = next(stack, domain, "incremental", 4);
            String none = next(stack, domain, "differential", 5);
            String last = next(stack, domain, "differential", 6);
            for (String differential : List.of(first, resting, third)) {
                assertListed(stack, differential, "differential", full);
            }
            assertListed(stack, increment, "incremental", full);
            assertListed(stack, none, "full", "");
            assertThat(stack.all.rest().get("/api/v1/restore-points/" + none).findValuesAsText("reason"))
                    .containsOnly("no-full-to-differ-from");
            assertListed(stack, last, "differential", none);
            awaitCheckpoints(domain, List.of(none));
            assertRestore(stack, domain);
        }
    }

    @Test
    void threeTrackersInTurnHaveALineEachAndOneThatBreaksDisturbsNone(Stack stack) throws Exception {
        List<String> trackers = List.of("default", "audit", "tenant");
        try (BareDomain domain = BareDomain.defined(stack, "tracked")) {
            List.of("vda", "vdb").forEach(target -> now.put(target, new byte[BareDomain.DISK_BYTES]));
            String first = domain.backUp().substring("tidemark-".length());
            remember(first);
            Map<String, String> last = new LinkedHashMap<>(Map.of("default", first));
            for (int backup = 1; backup < 6; backup++) {
                written(domain, backup);
                String tracker = trackers.get(backup * 2 % 3);
                String parent = last.put(tracker, backUp(stack, domain, "incremental", tracker));
                String level = parent == null ? "full" : "incremental";
                assertListed(stack, last.get(tracker), level, parent == null ? "" : parent);
            }
            awaitCheckpoints(domain, last.values());

            domain.virsh("checkpoint-delete", "tidemark-" + last.get("audit"));
            written(domain, 6);
            assertListed(stack, backUp(stack, domain, "incremental", "audit"), "full", "");
            for (String other : List.of("tenant", "default")) {
                String parent = last.getOrDefault(other, "none");
                assertListed(stack, backUp(stack, domain, "incremental", other), "incremental", parent);
            }
            assertRestore(stack, domain);
        }
    }

    /// A checkpoint is retired after its successor's backup has ended.
    private static void awaitCheckpoints(BareDomain domain, Collection<String> points) throws Exception {
        Set<String> wanted = points.stream().map(point -> "tidemark-" + point).collect(Collectors.toSet());
        Tidemark.await(
                "checkpoints of " + domain.name,
                Stack.SOON,
                () -> domain.virsh("checkpoint-list", "--name").strip().lines().collect(Collectors.toSet()),
                wanted::equals);
    }

    /// Writes something new, and backs up.
    private String next(Stack stack, BareDomain domain, String level, int number) throws Exception {
        written(domain, number);
        return backUp(stack, domain, level);
    }

    private void written(BareDomain domain, int number) throws Exception {
        write(domain, "vda", number * 131_072);
        write(domain, "vdb", number * 196_608);
    }

    private void write(BareDomain domain, String target, int offset) throws Exception {
        domain.write(target, offset);
        Arrays.fill(now.get(target), offset, offset + WRITTEN_BYTES, (byte) 7);
    }

    private String backUp(Stack stack, BareDomain domain, String level) throws Exception {
        return backUp(stack, domain, level, "default");
    }

    private String backUp(Stack stack, BareDomain domain, String level, String tracker) throws Exception {
        Map<String, Object> wish = Map.of(
                "vm",
                domain.vm(),
                "repository",
                Stack.REPOSITORY,
                "quiesce",
                false,
                "level",
                level,
                "tracker",
                tracker);
        String task =
                stack.all.rest().post("/api/v1/backups", wish).path("task").asText();
        JsonNode ended = stack.tidemark.awaitTask(task);
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("succeeded");
        String point = ended.path("point").asText();
        remember(point);
        return point;
    }

    private void remember(String point) {
        Map<String, byte[]> then = new LinkedHashMap<>();
        now.forEach((target, bytes) -> then.put(target, bytes.clone()));
        taken.put(point, then);
    }

    private void assertRestore(Stack stack, BareDomain domain) throws Exception {
        for (Map.Entry<String, Map<String, byte[]>> point : taken.entrySet()) {
            assertRestores(stack, domain, point.getKey(), point.getValue());
        }
    }

    private static void assertListed(Stack stack, String id, String level, String parent) throws Exception {
        JsonNode point = stack.all.rest().get("/api/v1/restore-points/" + id);
        assertThat(point.path("level").asText()).isEqualTo(level);
        assertThat(point.path("parent").asText()).isEqualTo(parent);
    }

    private static void assertRestores(Stack stack, BareDomain domain, String point, Map<String, byte[]> contents)
            throws Exception {
        Map<String, Path> images = new LinkedHashMap<>();
        contents.keySet().forEach(target -> images.put(target, domain.folder.resolve(point + "-" + target)));
        stack.tidemark.restore(point, Stack.REPOSITORY, images);
        for (Map.Entry<String, byte[]> disk : contents.entrySet()) {
            assertThat(Files.readAllBytes(images.get(disk.getKey())))
                    .as("disk %s of point %s", disk.getKey(), point)
                    .isEqualTo(disk.getValue());
        }
    }
}
