package io.tidemark.embedded.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `./tidemark up`: everything in the foreground, for the VMs of this machine's own libvirt. It ends with Ctrl-C.
public final class Up {
    private static final String REPOSITORY = "main";
    private static final List<String> NAMES = List.of("--libvirt", "--repository", "--scratch");
    private static final Duration INVENTORY_MAX = Duration.ofSeconds(20);

    private Up() {}

    /// What a person asked for.
    private record Options(
            String libvirtUri, Path home, Path repository, Optional<Path> scratch, Path sourceTree) {}

    public static void main(String[] arguments) throws InterruptedException {
        Options options = options(List.of(arguments));
        try {
            Files.createDirectories(options.home());
            QemuFolders folders = QemuFolders.prepare(
                    options.libvirtUri(), options.home(), options.scratch(), Path.of("/etc/libvirt/qemu.conf"));
            AllInOne all = AllInOne.start(new Settings(
                    options.home(),
                    options.libvirtUri(),
                    Settings.Builds.of(options.sourceTree()),
                    Map.of(REPOSITORY, options.repository()),
                    Map.of(),
                    Map.of(
                            "tidemark.scratch.folder", folders.scratch().toString(),
                            "tidemark.libvirt.socket-folder", folders.sockets().toString())));
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(all, stopped)));
            found(all);
            where(all, options, folders);
            stopped.await();
        } catch (IOException failed) {
            System.err.println("up: " + failed.getMessage());
            System.exit(1);
        }
    }

    private static Options options(List<String> arguments) {
        Map<String, String> given = new HashMap<>();
        for (int index = 0; index < arguments.size(); index += 2) {
            String name = arguments.get(index);
            if (!NAMES.contains(name) || index + 1 == arguments.size()) {
                System.err.println("up: expected " + String.join(", ", NAMES) + ", each with a value, found " + name);
                System.exit(2);
            }
            given.put(name, arguments.get(index + 1));
        }
        Path home = Path.of(System.getenv("TIDEMARK_HOME")).resolve("up");
        String uri = Optional.ofNullable(System.getenv("LIBVIRT_DEFAULT_URI")).orElse("qemu:///system");
        return new Options(
                given.getOrDefault("--libvirt", uri),
                home,
                Optional.ofNullable(given.get("--repository")).map(Path::of).orElse(home.resolve("repository")),
                Optional.ofNullable(given.get("--scratch")).map(Path::of),
                Path.of("").toAbsolutePath());
    }

    private static void stop(AllInOne all, CountDownLatch stopped) {
        try {
            all.close();
        } catch (IOException failed) {
            System.err.println("up: " + failed.getMessage());
        } finally {
            stopped.countDown();
        }
    }

    private static void found(AllInOne all) throws IOException, InterruptedException {
        RestClient rest = all.rest();
        boolean isRegistered = false;
        for (JsonNode repository : rest.get("/api/v1/repositories")) {
            isRegistered |= repository.path("id").asText().equals(REPOSITORY);
        }
        if (!isRegistered) {
            rest.post("/api/v1/repositories", Map.of("id", REPOSITORY));
        }
        JsonNode vms = vms(rest);
        System.out.println("Host " + all.hostId() + ", " + vms.size() + " VM" + (vms.size() == 1 ? "" : "s"));
        for (JsonNode vm : vms) {
            System.out.println("  " + vm.path("name").asText() + " (" + vm.path("state").asText() + ")");
            vm.path("disks").forEach(Up::disk);
        }
    }

    /// The inventory comes soon after the start; a host without any VM answers none until the limit.
    private static JsonNode vms(RestClient rest) throws IOException, InterruptedException {
        long end = System.nanoTime() + INVENTORY_MAX.toNanos();
        JsonNode vms = rest.get("/api/v1/vms");
        while (vms.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(500);
            vms = rest.get("/api/v1/vms");
        }
        return vms;
    }

    private static void disk(JsonNode disk) {
        boolean isTrackable = disk.path("trackable").asBoolean();
        System.out.println("    " + disk.path("target").asText() + ": "
                + (isTrackable
                        ? "full, then increments"
                        : "always full, because " + disk.path("whyNot").asText("its format keeps no bitmap")));
    }

    private static void where(AllInOne all, Options options, QemuFolders folders) {
        System.out.println("REST        " + all.restUri() + "api/v1 (OpenAPI: " + all.restUri() + "q/openapi)");
        System.out.println("metrics     " + all.restUri() + "q/metrics and " + all.agentUri() + "q/metrics");
        System.out.println("topics      bootstrap server " + all.bootstrapServers());
        System.out.println("database    " + all.jdbcUrl());
        System.out.println("libvirt     " + options.libvirtUri());
        System.out.println("repository  " + REPOSITORY + " in " + options.repository());
        System.out.println("scratch     " + folders.scratch()
                + folders.user().map(user -> ", for QEMU's user " + user.getName()).orElse(""));
        System.out.println("logs        " + all.logs());
        System.out.println("Runs until Ctrl-C.");
    }
}
