package io.tidemark.demo.tour;

import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.embedded.launcher.Cleanup;
import io.tidemark.embedded.launcher.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/// `./tidemark demo`. Exits 0 only if every point was restored and proved.
final class DemoMain {
    private DemoMain() {}

    /// What a person asked for.
    private record Options(Optional<Path> report, boolean keep, Path home, Path sourceTree) {}

    public static void main(String[] arguments) throws InterruptedException {
        Optional<Options> options = options(List.of(arguments));
        if (options.isEmpty()) {
            System.err.println("demo: expected --report FILE or --keep, found " + String.join(" ", arguments));
            System.exit(2);
        }
        System.exit(run(options.get()) ? 0 : 1);
    }

    /// Whether every point was proved and everything was stopped.
    private static boolean run(Options options) throws InterruptedException {
        List<String> missing = PrivateLibvirtd.missingHere();
        if (!missing.isEmpty()) {
            System.err.println("demo: a private libvirtd with a guest needs root and some programs; found missing: "
                    + String.join(", ", missing)
                    + (missing.contains("root") ? ". Run it as root, for example: sudo ./tidemark demo" : ""));
            return false;
        }
        Path home = options.home().resolve("demo");
        try {
            Files.createDirectories(options.home());
            // beside the folder, as the folder is deleted; held until the process ends
            try (FolderLock _ = FolderLock.take(home, options.home().resolve("demo.lock"), "demo")) {
                return run(options, home);
            }
        } catch (IOException failed) {
            System.err.println("demo: " + failed.getMessage());
            return false;
        }
    }

    private static boolean run(Options options, Path home) throws IOException, InterruptedException {
        Cleanup cleanup = Cleanup.atExit();
        delete(home);
        try {
            var places = new Demo.Places(home, options.home().resolve("cache"), options.sourceTree());
            Demo.Shown shown = new Demo(new Progress(System.out), cleanup, places).run();
            tell(shown.report(), options.report());
            if (options.keep()) {
                keep(shown.whereToLook());
            }
            cleanup.close();
            if (shown.report().allProved()) {
                delete(home);
            }
            return shown.report().allProved();
        } catch (IOException failed) {
            cleanup.close();
            if (!cleanup.isAskedToEnd()) { // else this is the echo of it
                System.err.println("demo: " + failed.getMessage());
                System.err.println("what it left to look at: " + home.resolve("logs"));
            }
            return false;
        }
    }

    private static void tell(Report report, Optional<Path> file) throws IOException {
        if (file.isPresent()) {
            report.write(file.get());
        }
        System.out.println();
        System.out.print(report.table());
        report.shortfalls().forEach(shortfall -> System.out.println("NOT SHOWN: " + shortfall));
        System.out.println(
                report.allProved()
                        ? "every point was restored and proved, and increments stored no more than they may"
                        : "NOT everything was shown");
    }

    /// Never returns: the clean-up runs when the process is asked to end.
    private static void keep(List<String> whereToLook) throws InterruptedException {
        System.out.println("Everything runs on until Ctrl-C:");
        whereToLook.forEach(line -> System.out.println("  " + line));
        new CountDownLatch(1).await();
    }

    private static Optional<Options> options(List<String> arguments) {
        Optional<Path> report = Optional.empty();
        boolean keep = false;
        for (Iterator<String> words = arguments.iterator(); words.hasNext(); ) {
            String word = words.next();
            if (word.equals("--keep")) {
                keep = true;
            } else if (word.equals("--report") && words.hasNext()) {
                report = Optional.of(Path.of(words.next()));
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new Options(
                report,
                keep,
                Path.of(System.getenv("TIDEMARK_HOME")),
                Path.of("").toAbsolutePath()));
    }

    /// The demo's own folder only; links in it are removed, not followed.
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
