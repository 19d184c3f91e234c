package io.tidemark.embedded.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// `./tidemark up`: everything in the foreground, for the VMs of this machine's own libvirt. It ends with Ctrl-C.
public final class Up {
    private static final String REPOSITORY = "main";
    private static final Duration INVENTORY_MAX = Duration.ofSeconds(20);

    private Up() {}

    /// What a person asked for.
    record Options(String libvirtUri, Path home, Path repository, Optional<Path> keyFile, Optional<Path> scratch) {
        /// The arguments count most, then the environment; the repository lies in the home by default, scratch
        /// where QEMU can reach it.
        ///
        /// @throws IllegalArgumentException if an argument is none that `up` knows
        static Options of(List<String> arguments, Map<String, String> environment) {
            Path home = Path.of(environment.getOrDefault("TIDEMARK_HOME", ""))
                    .resolve("up")
                    .toAbsolutePath();
            Options options = new Options(
                    environment.getOrDefault("LIBVIRT_DEFAULT_URI", "qemu:///system"),
                    home,
                    home.resolve("repository"),
                    Optional.empty(),
                    Optional.ofNullable(environment.get("TIDEMARK_SCRATCH_FOLDER"))
                            .filter(folder -> !folder.isEmpty())
                            .map(folder -> Path.of(folder).toAbsolutePath()));
            for (int index = 0; index < arguments.size(); index += 2) {
                String name = arguments.get(index);
                if (index + 1 == arguments.size()) {
                    throw new IllegalArgumentException("expected a value after " + name + ", found none");
                }
                options = options.with(name, arguments.get(index + 1));
            }
            return options;
        }

        private Options with(String name, String value) {
            Path path = Path.of(value).toAbsolutePath();
            return switch (name) {
                case "--libvirt" -> new Options(value, home, repository, keyFile, scratch);
                case "--repository" -> new Options(libvirtUri, home, path, keyFile, scratch);
                case "--key-file" -> new Options(libvirtUri, home, repository, Optional.of(path), scratch);
                case "--scratch" -> new Options(libvirtUri, home, repository, keyFile, Optional.of(path));
                default ->
                    throw new IllegalArgumentException("expected --libvirt URI, --repository FOLDER, --key-file FILE or"
                            + " --scratch FOLDER, found " + name);
            };
        }

        /// The agent would find out only later.
        void requireKeyFits() throws IOException {
            if (keyFile.isPresent() && !Files.isRegularFile(keyFile.get())) {
                throw new IOException("key file " + keyFile.get() + ": expected a file, found none");
            }
            if (keyFile.isPresent() && !Files.exists(repository.resolve("TIDEMARK-REPOSITORY"))) {
                throw new IOException("repository " + repository + ": expected one with protection, as there is a key"
                        + " file, found none; make it first: ./tidemark repo init --repository " + repository
                        + " --encrypt --key-file " + keyFile.get() + " --recovery-key FILE");
            }
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        Optional<Options> options = Optional.empty();
        try {
            options = Optional.of(Options.of(List.of(arguments), System.getenv()));
        } catch (IllegalArgumentException wrong) {
            System.err.println("up: " + wrong.getMessage());
            System.exit(2);
        }
        run(options.orElseThrow());
    }

    private static void run(Options options) throws InterruptedException {
        Cleanup cleanup = Cleanup.atExit();
        try {
            Instant begun = Instant.now();
            options.requireKeyFits();
            Files.createDirectories(options.home());
            QemuFolders folders = QemuFolders.prepare(
                    options.libvirtUri(), options.home(), options.scratch(), Path.of("/etc/libvirt/qemu.conf"));
            AllInOne all = AllInOne.start(settings(options, folders), cleanup);
            register(all.rest());
            found(all, options, begun);
            where(all, options, folders);
            new CountDownLatch(1).await(); // the clean-up runs when the process is asked to end
        } catch (IOException failed) {
            if (!cleanup.isAskedToEnd()) { // else this is the echo of it
                System.err.println("up: " + failed.getMessage());
            }
            System.exit(1);
        }
    }

    private static Settings settings(Options options, QemuFolders folders) {
        return new Settings(
                options.home(),
                options.libvirtUri(),
                Settings.Builds.of(Path.of("").toAbsolutePath()),
                Map.of(REPOSITORY, options.repository()),
                Map.of(),
                agent(options, folders));
    }

    private static Map<String, String> agent(Options options, QemuFolders folders) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "tidemark.scratch.folder", folders.scratch().toString(),
                "tidemark.libvirt.socket-folder", folders.sockets().toString()));
        options.keyFile()
                .ifPresent(file -> properties.put("tidemark.repository-keys.\"" + REPOSITORY + "\"", file.toString()));
        return properties;
    }

    private static void register(RestClient rest) throws IOException, InterruptedException {
        boolean isRegistered = false;
        for (JsonNode repository : rest.get("/api/v1/repositories")) {
            isRegistered |= repository.path("id").asText().equals(REPOSITORY);
        }
        if (!isRegistered) {
            rest.post("/api/v1/repositories", Map.of("id", REPOSITORY));
        }
    }

    private static void found(AllInOne all, Options options, Instant begun) throws IOException, InterruptedException {
        System.out.println("Host " + AllInOne.nameOfThisHost() + " (id " + all.hostId() + ")");
        if (!all.isLibvirtReachable()) {
            System.out.println("libvirt " + options.libvirtUri() + " is NOT reachable; the agent goes on trying and"
                    + " finds the VMs once it is: GET /api/v1/vms. Why: "
                    + all.logs().resolve("agent.log"));
            return;
        }
        System.out.println("libvirt " + options.libvirtUri() + " is reachable");
        if (new FirstInventory(all, begun, INVENTORY_MAX).await()) {
            FoundVms.lines(all.rest().get("/api/v1/vms")).forEach(System.out::println);
        } else {
            System.out.println("The agent has not said within " + INVENTORY_MAX.toSeconds()
                    + " s which VMs there are; GET /api/v1/vms will tell. Why: "
                    + all.logs().resolve("agent.log"));
        }
    }

    private static void where(AllInOne all, Options options, QemuFolders folders) {
        System.out.println("REST        " + all.restUri() + "api/v1 (OpenAPI: " + all.restUri() + "q/openapi)");
        System.out.println("metrics     " + all.restUri() + "q/metrics and " + all.agentUri() + "q/metrics");
        System.out.println("topics      bootstrap server " + all.bootstrapServers());
        System.out.println("database    " + all.jdbcUrl());
        System.out.println("repository  " + REPOSITORY + " in " + options.repository());
        System.out.println("scratch     " + folders.scratch()
                + folders.user()
                        .map(user -> ", for QEMU's user " + user.getName())
                        .orElse(""));
        System.out.println("logs        " + all.logs());
        System.out.println("Runs until Ctrl-C.");
    }
}
