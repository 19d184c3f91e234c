package io.tidemark.embedded.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `./tidemark up`: everything in the foreground, for the VMs of this machine's own libvirt. It ends with Ctrl-C.
public final class Up {
    private static final String REPOSITORY = "main";
    private static final Duration INVENTORY_MAX = Duration.ofSeconds(20);

    private Up() {}

    /// What a person asked for.
    private record Options(String libvirtUri, Path home, Path sourceTree) {}

    public static void main(String[] arguments) throws InterruptedException {
        Options options = options(List.of(arguments));
        try {
            AllInOne all = AllInOne.start(new Settings(
                    options.home(),
                    options.libvirtUri(),
                    Settings.Builds.of(options.sourceTree()),
                    Map.of(REPOSITORY, options.home().resolve("repository")),
                    Map.of(),
                    Map.of()));
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(all, stopped)));
            found(all);
            where(all, options);
            stopped.await();
        } catch (IOException failed) {
            System.err.println("up: " + failed.getMessage());
            System.exit(1);
        }
    }

    private static Options options(List<String> arguments) {
        String uri = Optional.ofNullable(System.getenv("LIBVIRT_DEFAULT_URI")).orElse("qemu:///system");
        for (int index = 0; index < arguments.size(); index++) {
            if (!arguments.get(index).equals("--libvirt") || index + 1 == arguments.size()) {
                System.err.println("up: expected --libvirt URI, found " + arguments.get(index));
                System.exit(2);
            }
            uri = arguments.get(++index);
        }
        Path home = Path.of(System.getenv("TIDEMARK_HOME")).resolve("up");
        return new Options(uri, home, Path.of("").toAbsolutePath());
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

    private static void where(AllInOne all, Options options) {
        System.out.println("REST        " + all.restUri() + "api/v1 (OpenAPI: " + all.restUri() + "q/openapi)");
        System.out.println("metrics     " + all.restUri() + "q/metrics and " + all.agentUri() + "q/metrics");
        System.out.println("topics      bootstrap server " + all.bootstrapServers());
        System.out.println("database    " + all.jdbcUrl());
        System.out.println("libvirt     " + options.libvirtUri());
        System.out.println("repository  " + REPOSITORY + " in " + options.home().resolve("repository"));
        System.out.println("logs        " + all.logs());
        System.out.println("Runs until Ctrl-C.");
    }
}
