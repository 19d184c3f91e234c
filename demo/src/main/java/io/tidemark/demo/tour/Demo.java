package io.tidemark.demo.tour;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.GuestFiles;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.demo.TinyGuest;
import io.tidemark.demo.tour.Tidemark.PolicyTerms;
import io.tidemark.embedded.launcher.AllInOne;
import io.tidemark.embedded.launcher.Cleanup;
import io.tidemark.embedded.launcher.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Backs up, restores and proves a VM that goes on writing. Everything is real: libvirt, QEMU, Kafka, PostgreSQL.
final class Demo {
    static final String REPOSITORY = "demo";
    private static final String GUEST = "tidemark-demo";
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final PolicyTerms TERMS = new PolicyTerms("every-few-seconds", GUEST, REPOSITORY, EVERY, 50);
    /// A full and four increments, so that one more than is promised is proved.
    private static final int SCHEDULED_POINTS = 5;
    private static final long SEED = 20_110_705;

    private final Progress progress;
    private final Cleanup cleanup;
    private final Path home;
    private final Path cache;
    private final Path sourceTree;

    /// Where the demo works: a folder of its own, the cache of packages, the tree that it was built in.
    record Places(Path home, Path cache, Path sourceTree) {}

    Demo(Progress progress, Cleanup cleanup, Places places) {
        this.progress = progress;
        this.cleanup = cleanup;
        this.home = places.home();
        this.cache = places.cache();
        this.sourceTree = places.sourceTree();
    }

    /// What was proved, and where to look at what still runs.
    record Shown(Report report, List<String> whereToLook) {}

    /// The whole demo. What it started runs on in the charge of the clean-up.
    Shown run() throws IOException, InterruptedException {
        Files.createDirectories(home);
        progress.say("the guest's kernel, agent and programs");
        GuestFiles files = GuestFiles.prepare(cache);
        progress.say("a private libvirtd");
        PrivateLibvirtd libvirtd = cleanup.start(() -> PrivateLibvirtd.start(home.resolve("l")));
        progress.say("a guest with two disks, 64 MiB of seeded data on each");
        TinyGuest guest = cleanup.start(() -> TinyGuest.start(
                libvirtd, files, TinyGuest.Spec.of(GUEST, home.resolve("guest")).withSeed(SEED)));
        guest.awaitAgent();
        return withGuest(libvirtd, guest);
    }

    private Shown withGuest(PrivateLibvirtd libvirtd, TinyGuest guest) throws IOException, InterruptedException {
        progress.say("Kafka, PostgreSQL, the orchestrator and a host agent");
        Settings settings = new Settings(
                home,
                libvirtd.uri(),
                Settings.Builds.of(sourceTree),
                Map.of(REPOSITORY, home.resolve("repository")),
                Map.of(),
                Map.of());
        AllInOne all = AllInOne.start(settings, cleanup);
        RecordLog log = cleanup.add(new RecordLog(guest::lastRecord));
        return new Shown(backUpAndProve(guest, log, new Tidemark(all.rest())), whereToLook(all, libvirtd));
    }

    private Report backUpAndProve(TinyGuest guest, RecordLog log, Tidemark tidemark)
            throws IOException, InterruptedException {
        tidemark.createRepository(REPOSITORY);
        String vm = tidemark.awaitVm(GUEST);
        progress.say("repository ready, VM known; a policy now backs it up every " + EVERY.toSeconds() + " s");
        String policy = tidemark.schedule(TERMS);
        for (int count = 1; count <= SCHEDULED_POINTS; count++) {
            List<JsonNode> points = tidemark.awaitPoints(vm, count, Duration.ofSeconds(90));
            progress.say("restore point " + count + ": " + Proofs.levels(points.get(count - 1))
                    + "; the guest has written " + guest.lastRecord() + " records");
        }
        tidemark.unschedule(policy, TERMS);
        tidemark.awaitQuiet();
        Suspended suspended = suspendAndBackUp(guest, tidemark, vm);
        Proofs proofs = new Proofs(progress, tidemark, guest, log, Files.createDirectories(home.resolve("restored")));
        return proofs.proveAll(tidemark.points(vm), suspended);
    }

    /// A point whose source does not move, and what the source's disks hold meanwhile.
    record Suspended(String point, Map<String, String> sha256ByTarget) {}

    private Suspended suspendAndBackUp(TinyGuest guest, Tidemark tidemark, String vm)
            throws IOException, InterruptedException {
        progress.say("the guest is suspended, backed up once more, and its disks are hashed");
        guest.pause();
        try {
            String point = tidemark.backUp(vm, REPOSITORY, true);
            return new Suspended(point, Map.of("vda", sha256(guest, 0), "vdb", sha256(guest, 1)));
        } finally {
            guest.resume();
        }
    }

    private String sha256(TinyGuest guest, int disk) throws IOException {
        Path copy = home.resolve("source.raw");
        guest.copyDisk(disk, copy);
        String sum = WholeDisk.sha256(copy);
        Files.delete(copy);
        return sum;
    }

    private static List<String> whereToLook(AllInOne all, PrivateLibvirtd libvirtd) {
        return List.of(
                "REST      " + all.restUri() + "api/v1/restore-points (OpenAPI: " + all.restUri() + "q/openapi)",
                "metrics   " + all.restUri() + "q/metrics",
                "Kafka     " + all.bootstrapServers() + " (tidemark.events, tidemark.epochs, ...)",
                "database  " + all.jdbcUrl(),
                "libvirt   virsh -c '" + libvirtd.uri() + "' list",
                "logs      " + all.logs());
    }
}
