package io.tidemark.bench.guest;

import io.tidemark.bench.DataSet;
import io.tidemark.bench.Product;
import io.tidemark.bench.Program;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.embedded.launcher.AllInOne;
import io.tidemark.embedded.launcher.Cleanup;
import io.tidemark.embedded.launcher.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All that is needed to measure: a private libvirtd, two paused domains of one content, and the product. The
/// second domain, the twin, is there because virtnbdbackup refuses to begin a chain on a domain that has
/// checkpoints of anybody else.
final class GuestSite implements AutoCloseable {
    private final Cleanup cleanup;
    private final PrivateLibvirtd libvirtd;
    private final Domains domains;
    private final Product product;
    private final Path folder;

    private record Domains(WatchedDomain main, WatchedDomain twin) {}

    private GuestSite(Cleanup cleanup, PrivateLibvirtd libvirtd, Domains domains, Product product, Path folder) {
        this.cleanup = cleanup;
        this.libvirtd = libvirtd;
        this.domains = domains;
        this.product = product;
        this.folder = folder;
    }

    /// Where everything is, and what is needed to start it.
    ///
    /// @param home an empty folder with a short path, as sockets lie in it
    /// @param libvirtd the folder of the private libvirtd
    /// @param sourceTree where the applications were built
    /// @param disk what each domain's disk holds
    /// @param rounds how many rounds there can be, as each has a repository of its own
    record Plan(Path home, Path libvirtd, Path sourceTree, DataSet disk, int rounds) {}

    static GuestSite start(Plan plan) throws IOException, InterruptedException {
        Cleanup cleanup = new Cleanup();
        try {
            Path folder = Files.createDirectories(plan.home().resolve("g"));
            PrivateLibvirtd libvirtd = cleanup.add(PrivateLibvirtd.start(plan.libvirtd()));
            Path image = folder.resolve("main.qcow2");
            Path twinImage = folder.resolve("twin.qcow2");
            plan.disk().create(folder, image);
            Program.run(folder, List.of("cp", image.toString(), twinImage.toString()));
            WatchedDomain main = cleanup.add(WatchedDomain.start(libvirtd, "bench", image));
            WatchedDomain twin = cleanup.add(WatchedDomain.start(libvirtd, "bench-twin", twinImage));
            AllInOne all = AllInOne.start(settings(plan, libvirtd), cleanup);
            Product product = Product.of(all, main.name());
            return new GuestSite(cleanup, libvirtd, new Domains(main, twin), product, folder);
        } catch (IOException | InterruptedException | RuntimeException e) {
            cleanup.close();
            throw e;
        }
    }

    private static Settings settings(Plan plan, PrivateLibvirtd libvirtd) {
        Map<String, Path> repositories = new HashMap<>();
        repositories.put(Product.REPOSITORY, plan.home().resolve(Product.REPOSITORY));
        for (int round = 1; round <= plan.rounds(); round++) {
            repositories.put(repository(round), plan.home().resolve(repository(round)));
        }
        return new Settings(
                plan.home().resolve("h"),
                libvirtd.uri(),
                Settings.Builds.of(plan.sourceTree()),
                repositories,
                Map.of(),
                Map.of());
    }

    /// The name of a round's repository, and of its folder in the home.
    static String repository(int round) {
        return "bench-" + round;
    }

    PrivateLibvirtd libvirtd() {
        return libvirtd;
    }

    /// What the product backs up.
    WatchedDomain main() {
        return domains.main();
    }

    /// What virtnbdbackup backs up.
    WatchedDomain twin() {
        return domains.twin();
    }

    Product product() {
        return product;
    }

    /// For what the measuring itself writes; on the file system that all sides write to.
    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        cleanup.close();
    }
}
