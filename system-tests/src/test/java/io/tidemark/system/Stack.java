package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.GuestFiles;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.demo.RecordChecker;
import io.tidemark.demo.TinyGuest;
import io.tidemark.demo.tour.Tidemark;
import io.tidemark.embedded.launcher.AllInOne;
import io.tidemark.embedded.launcher.Cleanup;
import io.tidemark.embedded.launcher.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All parts, real, in one folder: a private libvirtd, a guest that writes records, and everything of Tidemark.
final class Stack implements AutoCloseable {
    static final String REPOSITORY = "tests";
    static final Duration SOON = Duration.ofSeconds(30);
    static final String GUEST = "guest";
    /// Few, so that records are soon overwritten, which is what fills scratch space.
    static final int SLOTS = 32;
    /// Leaves the processor to the parts that are tested.
    private static final int PAUSE_MILLIS = 100;

    final PrivateLibvirtd libvirtd;
    final TinyGuest guest;
    final AllInOne all;
    final Tidemark tidemark;
    final String vm;
    private final Path folder;
    private final Cleanup cleanup;
    private @Nullable SecondHost second;

    private record Parts(PrivateLibvirtd libvirtd, TinyGuest guest, AllInOne all) {}

    private Stack(Path folder, Cleanup cleanup, Parts parts) throws Exception {
        this.folder = folder;
        this.cleanup = cleanup;
        this.libvirtd = parts.libvirtd();
        this.guest = parts.guest();
        this.all = parts.all();
        this.tidemark = new Tidemark(all.rest());
        tidemark.createRepository(REPOSITORY);
        this.vm = tidemark.awaitVm(GUEST);
    }

    /// Starts all parts; the properties are the orchestrator's.
    static Stack start(Map<String, String> orchestrator) throws Exception {
        return start(orchestrator, spec -> spec);
    }

    /// The same; with `rawDisk` the guest has a third disk, `vdc`, in raw format.
    static Stack start(Map<String, String> orchestrator, boolean rawDisk) throws Exception {
        return start(orchestrator, spec -> rawDisk ? spec.withRawDisk() : spec);
    }

    /// The same with another guest than the usual one.
    static Stack start(Map<String, String> orchestrator, UnaryOperator<TinyGuest.Spec> other) throws Exception {
        // unix sockets' paths hold 107 bytes at most, so the folder's name is short
        Path folder = Files.createTempDirectory("tmst");
        Path cache = GuestFiles.defaultCache(System.getenv("TIDEMARK_HOME"), Path.of(System.getProperty("user.home")));
        GuestFiles files = GuestFiles.prepare(cache);
        Cleanup cleanup = Cleanup.atExit();
        try {
            PrivateLibvirtd libvirtd = cleanup.add(PrivateLibvirtd.start(folder.resolve("l")));
            TinyGuest.Spec spec = TinyGuest.Spec.of(GUEST, folder.resolve("g"))
                    .withSlots(SLOTS)
                    .withPauseMillis(PAUSE_MILLIS);
            TinyGuest guest = cleanup.add(TinyGuest.start(libvirtd, files, other.apply(spec)));
            guest.awaitAgent();
            Settings settings = new Settings(
                    folder.resolve("h"),
                    libvirtd.uri(),
                    Settings.Builds.of(Path.of("..").toAbsolutePath().normalize()),
                    Map.of(REPOSITORY, folder.resolve("repository")),
                    orchestrator,
                    Map.of());
            return new Stack(folder, cleanup, new Parts(libvirtd, guest, cleanup.add(AllInOne.start(settings))));
        } catch (Exception e) {
            cleanup.close();
            throw e;
        }
    }

    /// A host beside that of the guest, started when it is asked for first.
    SecondHost secondHost() throws IOException, InterruptedException {
        SecondHost known = second;
        if (known == null) {
            known = SecondHost.start(this, folder, cleanup);
            second = known;
        }
        return known;
    }

    /// Backs the guest up, which must succeed, and answers the restore point's id.
    String backUp() throws Exception {
        guest.awaitRecord(guest.lastRecord() + 1);
        return tidemark.backUp(vm, REPOSITORY, true);
    }

    JsonNode point(String id) throws Exception {
        return tidemark.points(vm).stream()
                .filter(point -> point.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("point " + id + " is not listed"));
    }

    /// Backs up, restores, and lets the guest's own records judge: what was completed before must be there.
    String assertNextBackupRestores() throws Exception {
        long atLeast = guest.lastRecord();
        String point = backUp();
        long atMost = guest.newestPossibleRecord();
        assertRestores(point, atLeast, atMost);
        return point;
    }

    void assertRestores(String point, long atLeast, long atMost) throws Exception {
        try (RestoredDisks disks = restore(point)) {
            RecordChecker.Verdict verdict = guest.checker().check(disks.vda(), disks.vdb(), atLeast, atMost);
            assertThat(verdict.why()).isEmpty();
        }
    }

    /// Both disks of the point, restored to new images.
    RestoredDisks restore(String point) throws IOException, InterruptedException {
        RestoredDisks disks = new RestoredDisks(folder.resolve(point + "-vda.raw"), folder.resolve(point + "-vdb.raw"));
        tidemark.restore(point, REPOSITORY, Map.of("vda", disks.vda(), "vdb", disks.vdb()));
        return disks;
    }

    /// The guest runs and is thawed; no job, no scratch file and no checkpoint is left but those that a live epoch
    /// names.
    void assertNothingIsLeft() throws Exception {
        assertThat(libvirtd.virsh("domstate", GUEST).strip()).isEqualTo("running");
        assertThat(freezeStatus()).isEqualTo("thawed");
        Tidemark.await("no job", SOON, this::hasJob, has -> !has);
        assertThat(scratchFiles()).isEmpty();
        Tidemark.await("only live checkpoints", SOON, this::strayCheckpoints, Set::isEmpty);
    }

    /// Asks for a full, as the job of an increment may be over between two looks; answers the task.
    String beginFullBackUp() throws IOException, InterruptedException {
        return beginBackUp(true, true);
    }

    /// Asks for a backup, and answers the task.
    String beginBackUp(boolean isFrozen, boolean isFull) throws IOException, InterruptedException {
        Map<String, Object> body = Map.of("vm", vm, "repository", REPOSITORY, "quiesce", isFrozen, "forceFull", isFull);
        return all.rest().post("/api/v1/backups", body).path("task").asText();
    }

    String freezeStatus() throws IOException {
        String answer = libvirtd.virsh("qemu-agent-command", GUEST, "{\"execute\":\"guest-fsfreeze-status\"}");
        return answer.contains("thawed") ? "thawed" : answer.strip();
    }

    /// libvirt 9.0 answers with an error while a backup job is being set up or taken down: that is a job as well.
    boolean hasJob() throws IOException {
        try {
            return !libvirtd.virsh("domjobinfo", GUEST).contains("None");
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("backup job data missing")) {
                return true;
            }
            throw e;
        }
    }

    private Set<String> strayCheckpoints() throws IOException, InterruptedException {
        Set<String> strays = new TreeSet<>();
        Set<String> live = liveCheckpoints();
        for (String name :
                libvirtd.virsh("checkpoint-list", GUEST, "--name").lines().toList()) {
            if (!name.isBlank() && !live.contains(name)) {
                strays.add(name);
            }
        }
        return strays;
    }

    private Set<String> liveCheckpoints() throws IOException, InterruptedException {
        Set<String> live = new TreeSet<>();
        for (JsonNode epoch : all.rest().get("/api/v1/epochs?vm=" + vm)) {
            live.add("tidemark-" + epoch.path("point").asText());
        }
        return live;
    }

    /// The folder that restore points are kept in.
    Path repository() {
        return folder.resolve("repository");
    }

    /// PostgreSQL is gone with all its data, and an empty one is in its place.
    void losePostgres() throws IOException, InterruptedException {
        all.orchestrator().close();
        all.withoutPostgres(() -> delete(folder.resolve("h/postgres")));
        all.startOrchestrator(Map.of());
    }

    /// Where the agent lets QEMU keep what the guest overwrites meanwhile.
    Path scratch() {
        return folder.resolve("h/scratch");
    }

    private List<Path> scratchFiles() throws IOException {
        Path scratch = scratch();
        if (!Files.exists(scratch)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(scratch)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Override
    public void close() throws IOException {
        cleanup.close();
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
