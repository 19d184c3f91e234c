package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.LoopFileSystem;
import io.tidemark.demo.RecordChecker;
import io.tidemark.demo.tour.Tidemark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Snapshots through the whole product of a guest that goes on writing to a qcow2 image and to a raw file on btrfs,
/// and has a third disk, a raw file on XFS: one moment of all, gone back to exactly, and nothing left behind.
final class SnapshotsST {
    private static final long MIB = 1024 * 1024;
    private static final int CYCLES = Integer.getInteger("tidemark.soak.snapshots", 5);
    private static final int KILLS = Integer.getInteger("tidemark.soak.snapshot-kills", 4);
    private static final long KILL_STEP_MILLIS = 150;
    private static final Duration GUARD_MAX = Duration.ofSeconds(10);
    private static Path folder;
    private static LoopFileSystem btrfs;
    private static LoopFileSystem xfs;
    private static Stack stack;

    @BeforeAll
    static void start() throws Exception {
        List<String> words = Files.readAllLines(Path.of("/proc/filesystems")).stream()
                .map(line -> line.strip().replaceAll(".*\\s", ""))
                .toList();
        assumeThat(words).as("file systems of this kernel").contains("btrfs", "xfs");
        folder = Files.createTempDirectory("tmsn");
        btrfs = LoopFileSystem.mounted(folder.resolve("b"), LoopFileSystem.Type.BTRFS, 512 * MIB);
        xfs = LoopFileSystem.mounted(folder.resolve("x"), LoopFileSystem.Type.XFS, 512 * MIB);
        stack = Stack.start(
                Map.of("tidemark.task.retry-pause", "PT1S"),
                spec -> spec.withRawDisk()
                        .withRawFile(1, btrfs.root().resolve("vdb.raw"))
                        .withRawFile(2, xfs.root().resolve("vdc.raw")));
        stack.backUp();
    }

    @AfterAll
    static void stop() throws IOException {
        if (stack != null) {
            stack.close();
        }
        if (xfs != null) {
            xfs.close();
        }
        if (btrfs != null) {
            btrfs.close();
        }
    }

    @BeforeEach
    void runGuest() throws Exception {
        if (!stack.libvirtd.virsh("domstate", Stack.GUEST).strip().equals("running")) {
            stack.guest.startAgain();
        }
        stack.guest.awaitAgent();
    }

    @Test
    void wholeVmOverThreeBackendsIsOneMomentAndIsGoneBackTo() throws Exception {
        long before = stack.guest.lastRecord();
        JsonNode taken = taken(Map.of("name", "moment", "mechanisms", Map.of("vdb", "btrfs")));
        long after = stack.guest.newestPossibleRecord();
        System.out.println("snapshot over three back ends: " + taken.path("taken"));

        assertThat(mechanisms(taken)).isEqualTo(Map.of("vda", "qcow2-overlay", "vdb", "btrfs", "vdc", "reflink"));
        assertThat(taken.path("taken").path("consistency").asText()).isEqualTo("filesystem");
        assertThat(taken.path("taken").path("pauseMillis").asLong()).isBetween(1L, 5000L);
        stack.guest.awaitRecord(after + 3);

        JsonNode refused = ended(post("/" + id(taken) + "/revert", Map.of()));
        assertThat(task(refused, "revert").path("reason").asText()).isEqualTo("vm-runs");

        stack.libvirtd.virsh("destroy", Stack.GUEST);
        JsonNode reverted = ended(post("/" + id(taken) + "/revert", Map.of()));
        assertThat(task(reverted, "revert").path("state").asText())
                .as(reverted.toString())
                .isEqualTo("succeeded");
        RecordChecker.Verdict verdict = verdict(before, after);
        assertThat(verdict.why()).isEmpty();
        assertThat(FileSystems.flaw(copy(0))).isEmpty();

        stack.guest.startAgain();
        stack.guest.awaitAgent();
        stack.guest.awaitRecord(verdict.newest() + 2);
        deleted(taken);
        assertNothingIsLeft();
    }

    @Test
    void aGuestThatRunsIsTakenBackByForceAndWritesOn() throws Exception {
        long before = stack.guest.lastRecord();
        JsonNode taken = taken(Map.of("name", "forced", "disks", List.of("vda", "vdb")));
        long after = stack.guest.newestPossibleRecord();
        stack.guest.awaitRecord(after + 5);
        stack.backUp();

        assertThatThrownBy(() -> post("/" + id(taken) + "/revert", Map.of()))
                .hasMessageContaining("newer-restore-point");
        JsonNode reverted = ended(post("/" + id(taken) + "/revert", Map.of("force", true)));
        assertThat(task(reverted, "revert").path("state").asText())
                .as(reverted.toString())
                .isEqualTo("succeeded");
        assertThat(stack.libvirtd.virsh("domstate", Stack.GUEST).strip()).isEqualTo("running");
        for (JsonNode epoch : stack.all.rest().get("/api/v1/epochs?vm=" + stack.vm)) {
            assertThat(epoch.path("token").asText("")).as(epoch.toString()).isEmpty();
        }
        stack.libvirtd.virsh("destroy", Stack.GUEST);
        RecordChecker.Verdict verdict = verdict(before, Long.MAX_VALUE);
        assertThat(verdict.why()).isEmpty();
        stack.guest.startAgain();
        stack.guest.awaitAgent();
        deleted(taken);
        assertNothingIsLeft();
    }

    /// The raw disk's old blocks are kept by the guest's QEMU; a backup is made meanwhile.
    @Test
    void aGuestIsTakenBackToWhatItsQemuKeptByCopyBeforeWrite() throws Exception {
        deleted(taken(
                Map.of("name", "both-raw", "disks", List.of("vdb", "vdc"), "mechanism", "qemu-copy-before-write")));
        long before = stack.guest.lastRecord();
        JsonNode taken = taken(Map.of(
                "name", "kept",
                "disks", List.of("vda", "vdb"),
                "mechanisms", Map.of("vdb", "qemu-copy-before-write")));
        long after = stack.guest.newestPossibleRecord();
        System.out.println("snapshot with copy before write: " + taken.path("taken"));
        assertThat(mechanisms(taken)).isEqualTo(Map.of("vda", "qcow2-overlay", "vdb", "qemu-copy-before-write"));
        stack.guest.awaitRecord(after + 5);
        assertIncremental(stack.backUp());

        JsonNode reverted = ended(post("/" + id(taken) + "/revert", Map.of("force", true)));

        assertThat(task(reverted, "revert").path("state").asText())
                .as(reverted.toString())
                .isEqualTo("succeeded");
        assertThat(stack.libvirtd.virsh("domstate", Stack.GUEST).strip()).isEqualTo("running");
        JsonNode listed = stack.all.rest().get("/api/v1/vms/" + stack.vm + "/snapshots");
        assertThat(listed.path("missing").findValuesAsText("name")).contains("kept");
        stack.libvirtd.virsh("destroy", Stack.GUEST);
        assertThat(verdict(before, Long.MAX_VALUE).why()).isEmpty();
        stack.guest.startAgain();
        stack.guest.awaitAgent();
        deleted(taken);
        assertNothingIsLeft();
    }

    /// `./tidemark soak` asks for 100.
    @Test
    void overlaysThatAreTakenAndMergedUnderLoadLeaveNothingAndLoseNoWrite() throws Exception {
        long before = stack.guest.lastRecord();
        long beganNanos = System.nanoTime();
        long frozenMillisMost = 0;
        stack.backUp();
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            JsonNode taken =
                    taken(Map.of("name", "cycle-" + cycle, "disks", List.of("vda"), "quiesce", cycle % 2 == 0));
            frozenMillisMost = Math.max(
                    frozenMillisMost, taken.path("taken").path("freezeMillis").asLong());
            stack.guest.awaitRecord(stack.guest.newestPossibleRecord() + 1);
            if (cycle == 1) {
                assertIncremental(stack.backUp());
            }
            deleted(taken);
        }
        assertIncremental(stack.backUp());
        long after = stack.guest.lastRecord();
        System.out.printf(
                "snapshots: %d overlays taken and merged, %d records written meanwhile, frozen %d ms at most, %d s%n",
                CYCLES, after - before, frozenMillisMost, (System.nanoTime() - beganNanos) / 1_000_000_000);
        assertThat(after).isGreaterThan(before + CYCLES);
        stack.libvirtd.virsh("destroy", Stack.GUEST);
        assertThat(verdict(after, Long.MAX_VALUE).why()).isEmpty();
        stack.guest.startAgain();
        stack.guest.awaitAgent();
        assertNothingIsLeft();
    }

    /// The epoch goes on over an overlay of ours, and over its merge.
    private static void assertIncremental(String point) throws Exception {
        for (JsonNode disk : stack.point(point).path("disks")) {
            if (disk.path("target").asText().equals("vda")) {
                assertThat(disk.path("level").asText()).as(disk.toString()).isEqualTo("incremental");
            }
        }
    }

    /// The overlays of the oldest are merged in the middle of their chain, while the guest writes and others are
    /// taken.
    @Test
    void whatAPolicyTakesIsGivenUpAgainAndNothingPilesUp() throws Exception {
        String policy = stack.all
                .rest()
                .post(
                        "/api/v1/policies",
                        Map.of(
                                "name", "every-second",
                                "schedule", Map.of("interval", "PT1S"),
                                "selection", Map.of("vms", List.of(stack.vm)),
                                "snapshot", Map.of(),
                                "quiesce", false,
                                "retention", Map.of("keepLast", 2)))
                .path("id")
                .asText();
        await("two given up", () -> ofPolicy(policy, "deleted").size() >= 2);
        stack.all.rest().delete("/api/v1/policies/" + policy);
        await(
                "nothing under way",
                () -> ofPolicy(policy, "creating").isEmpty()
                        && ofPolicy(policy, "deleting").isEmpty());

        List<JsonNode> kept = ofPolicy(policy, "present");
        assertThat(kept).hasSizeGreaterThanOrEqualTo(2);
        assertThat(ofPolicy(policy, "failed")).isEmpty();
        long after = stack.guest.lastRecord();
        stack.guest.awaitRecord(after + 2);
        for (JsonNode snapshot : kept) {
            deleted(snapshot);
        }
        stack.libvirtd.virsh("destroy", Stack.GUEST);
        assertThat(verdict(after, Long.MAX_VALUE).why()).isEmpty();
        stack.guest.startAgain();
        stack.guest.awaitAgent();
        assertNothingIsLeft();
    }

    private static void await(String what, Tidemark.Look<Boolean> is) throws Exception {
        Tidemark.await(what, Duration.ofMinutes(2), is, found -> found);
    }

    /// The newest first.
    private static List<JsonNode> ofPolicy(String policy, String state) throws IOException, InterruptedException {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode snapshot : stack.all.rest().get("/api/v1/snapshots?all=true&vm=" + stack.vm)) {
            if (snapshot.path("policy").asText().equals(policy)
                    && snapshot.path("state").asText().equals(state)) {
                found.add(snapshot);
            }
        }
        return found;
    }

    /// As by `kill -9`, at moments between the plan and the report.
    @Test
    void anAgentThatDiesInTheMiddleLeavesAllMembersOrNone() throws Exception {
        Map<String, Integer> ends = new TreeMap<>();
        for (int round = 0; round < KILLS; round++) {
            ends.merge(killedWhileTaking("killed-" + round, round * KILL_STEP_MILLIS), 1, Integer::sum);
            assertOnlyVolumesAreLeft();
        }
        System.out.println("snapshots whose agent was killed: " + ends);
        assertThat(ends.keySet()).anyMatch(end -> end.startsWith("before all were taken"));
        assertNothingIsLeft();
    }

    /// When it died, and what became of the snapshot.
    private static String killedWhileTaking(String name, long afterMillis) throws Exception {
        JsonNode asked = post("", wish(Map.of("name", name, "mechanisms", Map.of("vdb", "btrfs"))));
        Path record = stack.all.agentState().resolve("snapshots").resolve(id(asked) + ".snapshot");
        long end = System.nanoTime() + Stack.SOON.toNanos();
        while (!Files.exists(record)) { // closer than Tidemark#await looks
            assertThat(System.nanoTime()).as("the plan of " + name).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(1);
        }
        TimeUnit.MILLISECONDS.sleep(afterMillis);
        stack.all.agent().kill();
        boolean isTaken = Files.readString(record).lines().anyMatch(line -> line.startsWith("taken "));

        Tidemark.await(
                "the guest runs on without the agent",
                GUARD_MAX,
                () -> stack.libvirtd.virsh("domstate", Stack.GUEST).strip(),
                "running"::equals);
        Tidemark.await("guest thawed without the agent", GUARD_MAX, stack::freezeStatus, "thawed"::equals);
        stack.all.startAgent(Map.of());
        JsonNode ended = ended(asked);
        String state = ended.path("state").asText();
        if (state.equals("present")) {
            assertThat(mechanisms(ended).keySet()).containsExactlyInAnyOrder("vda", "vdb", "vdc");
            for (JsonNode member : ended.path("members")) {
                assertThat(Path.of(member.path("newFile").asText())).exists();
            }
            deleted(ended);
        } else {
            assertThat(state).as(ended.toString()).isEqualTo("failed");
        }
        assertThat(record).doesNotExist();
        return (isTaken ? "after all were taken: " : "before all were taken: ") + state;
    }

    @Test
    void whatCannotBeHadIsRefusedAndNamed() throws Exception {
        assertRefused(Map.of("name", "copy", "kind", "independent-copy"), "kind-unavailable", "expected the VM off");
        assertRefused(
                Map.of("name", "thin", "mechanisms", Map.of("vda", "lvm-thin")), "mechanism-unavailable", "disk vda");
        JsonNode taken = taken(Map.of("name", "twice", "disks", List.of("vdc")));
        assertThatThrownBy(() -> post("", wish(Map.of("name", "twice"))))
                .hasMessageContaining("name-taken")
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> post("", wish(Map.of("name", "../../etc/passwd"))))
                .hasMessageContaining("../../etc/passwd");

        Path file = Path.of(taken.path("members").get(0).path("newFile").asText());
        Files.delete(file);
        JsonNode listed = stack.all.rest().get("/api/v1/vms/" + stack.vm + "/snapshots");
        assertThat(listed.path("missing").findValuesAsText("name")).contains("twice");
        deleted(taken);

        String stranger = xfs.root().resolve("vdc.raw@by-hand.reflink").toString();
        stack.libvirtd.runInside(
                "cp", "--reflink=always", xfs.root().resolve("vdc.raw").toString(), stranger);
        JsonNode again = stack.all.rest().get("/api/v1/vms/" + stack.vm + "/snapshots");
        assertThat(again.toString()).contains("by-hand", "foreign");
        Files.delete(Path.of(stranger));
        assertNothingIsLeft();
    }

    private static void assertRefused(Map<String, Object> wish, String reason, String detail) throws Exception {
        JsonNode ended = ended(post("", wish(wish)));
        assertThat(ended.path("state").asText()).isEqualTo("failed");
        assertThat(task(ended, "create").path("reason").asText())
                .as(ended.toString())
                .isEqualTo(reason);
        assertThat(task(ended, "create").path("detail").asText()).contains(detail);
    }

    private static Map<String, Object> wish(Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("vm", stack.vm);
        return body;
    }

    private static JsonNode taken(Map<String, Object> wish) throws Exception {
        JsonNode ended = ended(post("", wish(wish)));
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("present");
        return ended;
    }

    private static void deleted(JsonNode snapshot) throws Exception {
        JsonNode ended = ended(stack.all.rest().delete("/api/v1/snapshots/" + id(snapshot)));
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("deleted");
    }

    private static JsonNode post(String path, Map<String, Object> body) throws Exception {
        return stack.all.rest().post("/api/v1/snapshots" + path, body);
    }

    private static String id(JsonNode snapshot) {
        return snapshot.path("id").asText();
    }

    /// The snapshot once nothing is under way with it.
    private static JsonNode ended(JsonNode snapshot) throws Exception {
        return Tidemark.await(
                "end of what is done with snapshot " + id(snapshot),
                Duration.ofMinutes(2),
                () -> stack.all.rest().get("/api/v1/snapshots/" + id(snapshot)),
                found -> !Set.of("creating", "reverting", "deleting")
                        .contains(found.path("state").asText()));
    }

    /// The newest of that action.
    private static JsonNode task(JsonNode snapshot, String action) {
        JsonNode newest = snapshot.path("none");
        for (JsonNode task : snapshot.path("tasks")) {
            newest = task.path("action").asText().equals(action) ? task : newest;
        }
        return newest;
    }

    private static Map<String, String> mechanisms(JsonNode snapshot) {
        Map<String, String> found = new HashMap<>();
        snapshot.path("members")
                .forEach(member -> found.put(
                        member.path("target").asText(), member.path("mechanism").asText()));
        return found;
    }

    /// What the guest's records say of the images of a guest that is off.
    private static RecordChecker.Verdict verdict(long atLeast, long atMost) throws Exception {
        Path vda = copy(0);
        Path vdb = copy(1);
        return stack.guest.checker().check(vda, vdb, atLeast, atMost);
    }

    private static Path copy(int disk) throws Exception {
        Path raw = folder.resolve("disk" + disk + ".copy");
        Files.deleteIfExists(raw);
        String source = stack.libvirtd
                .virsh("domblklist", Stack.GUEST)
                .lines()
                .filter(line -> line.strip().startsWith("vd" + (char) ('a' + disk) + " "))
                .map(line -> line.strip().split("\\s+", 2)[1])
                .findFirst()
                .orElseThrow();
        stack.libvirtd.runInside(
                "qemu-img", "convert", "-q", "-f", disk == 0 ? "qcow2" : "raw", "-O", "raw", source, raw.toString());
        return raw;
    }

    /// A backup first: it is by the next one that the checkpoint of an epoch that has ended is retired.
    private static void assertNothingIsLeft() throws Exception {
        stack.assertNextBackupRestores();
        stack.assertNothingIsLeft();
        assertOnlyVolumesAreLeft();
    }

    private static void assertOnlyVolumesAreLeft() throws Exception {
        assertThat(stack.libvirtd.virsh("snapshot-list", Stack.GUEST, "--name").strip())
                .isEmpty();
        assertThat(stack.libvirtd.virsh("blockjob", Stack.GUEST, "vda").strip()).isEmpty();
        assertThat(stack.libvirtd.virsh("domblklist", Stack.GUEST)).contains(stack.guest.disk(0) + "\n");
        assertThat(files(stack.guest.disk(0).resolveSibling(""))).allMatch(name -> !name.contains("@"));
        assertThat(files(btrfs.root())).containsExactly("vdb.raw");
        assertThat(files(xfs.root())).containsExactly("vdc.raw");
    }

    private static Set<String> files(Path of) throws IOException {
        try (Stream<Path> all = Files.walk(of)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> of.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
