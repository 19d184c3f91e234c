package io.tidemark.demo.tour;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `./tidemark demo`. Exits 0 only if every point was restored and proved.
final class DemoMain {
    private DemoMain() {}

    /// What a person asked for.
    private record Options(Optional<Path> report, boolean keep, Path home, Path sourceTree) {}

    public static void main(String[] arguments) throws InterruptedException {
        Options options = options(List.of(arguments));
        Path home = options.home().resolve("demo");
        try {
            delete(home);
            Demo demo = new Demo(
                    new Progress(System.out), home, options.home().resolve("cache"), options.sourceTree());
            Report report = demo.run(options.keep());
            if (options.report().isPresent()) {
                report.write(options.report().get());
            }
            System.out.println();
            System.out.print(report.table());
            System.out.println(report.allProved() ? "every point was restored and proved" : "NOT every point holds");
            if (report.allProved()) {
                delete(home);
            }
            System.exit(report.allProved() ? 0 : 1);
        } catch (IOException failed) {
            System.err.println("demo: " + failed.getMessage());
            System.err.println("what it left to look at: " + home.resolve("logs"));
            System.exit(1);
        }
    }

    private static Options options(List<String> arguments) {
        Optional<Path> report = Optional.empty();
        boolean keep = false;
        for (int index = 0; index < arguments.size(); index++) {
            switch (arguments.get(index)) {
                case "--keep" -> keep = true;
                case "--report" -> report = Optional.of(Path.of(arguments.get(++index)));
                default -> throw new IllegalArgumentException(
                        "demo: expected --report FILE or --keep, found " + arguments.get(index));
            }
        }
        return new Options(
                report, keep, Path.of(System.getenv("TIDEMARK_HOME")), Path.of("").toAbsolutePath());
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
