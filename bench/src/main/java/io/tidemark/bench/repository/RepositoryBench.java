package io.tidemark.bench.repository;

import io.tidemark.bench.BenchOptions;
import io.tidemark.bench.DataSet;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import io.tidemark.bench.repository.IncrementMeasurement.Shape;
import io.tidemark.bench.repository.SizeMeasurement.Chunking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `./tidemark bench repository`: the repository beside its peers. Lines of JSON go to standard output as they
/// come, what it does meanwhile to standard error. A bar that is not reached is told in its line; the exit code is
/// other than 0 only if a round failed.
final class RepositoryBench {
    private static final String BENCH = "repository";
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long MEBIBYTE = 1024L * 1024;
    private static final long SEED = 20_110_705;

    private final BenchOptions options;
    private final Site site;
    private final long startNanos = System.nanoTime();

    private RepositoryBench(BenchOptions options) {
        if (options.rounds().isPresent()) {
            throw new IllegalArgumentException(
                    "--rounds: expected nothing, as each measurement has a number of its own," + " found "
                            + options.rounds().getAsInt());
        }
        this.options = options;
        // two homes run side by side
        String own = "tidemark-bench-" + Integer.toHexString(options.home().hashCode());
        this.site = new Site(MEMORY.resolve(own), options.home().resolve("bench-repository"), options.isQuick());
    }

    public static void main(String[] arguments) {
        System.exit(exitOf(arguments));
    }

    private static int exitOf(String[] arguments) {
        try {
            RepositoryBench bench = new RepositoryBench(BenchOptions.of(
                    List.of(arguments),
                    Path.of(System.getenv("TIDEMARK_HOME")),
                    Path.of("").toAbsolutePath()));
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(bench::leaveNothing));
            bench.run();
            return 0;
        } catch (IOException | IllegalArgumentException failed) {
            System.err.println("bench repository: " + failed.getMessage());
        } catch (InterruptedException stopped) {
            System.err.println("bench repository: stopped");
        }
        return 1;
    }

    /// What is left on a tmpfs is memory that nobody else has.
    private void leaveNothing() {
        try {
            Folders.delete(site.memory());
            Folders.delete(site.disk());
        } catch (IOException left) {
            System.err.println("bench repository: " + left);
        }
    }

    private void run() throws IOException, InterruptedException {
        if (Files.isDirectory(MEMORY)) {
            Folders.fresh(site.memory());
        }
        Folders.fresh(site.disk());
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, Measurement> measurement : wanted().entrySet()) {
            System.err.printf(
                    Locale.ROOT, "[%6.1f s] %s%n", (System.nanoTime() - startNanos) / 1e9, measurement.getKey());
            for (Figure figure : measurement.getValue().figures()) {
                String line = figure.json(BENCH);
                lines.add(line);
                System.out.println(line);
            }
        }
        if (options.out().isPresent()) {
            Files.write(options.out().get(), lines);
        }
    }

    private Map<String, Measurement> wanted() throws IOException {
        Map<String, Measurement> all = measurements();
        if (!all.keySet().containsAll(options.only())) {
            throw new IllegalArgumentException(
                    "--only: expected some of " + all.keySet() + ", found " + options.only());
        }
        if (!options.only().isEmpty()) {
            all.keySet().retainAll(options.only());
        }
        return all;
    }

    private Map<String, Measurement> measurements() throws IOException {
        Map<String, Measurement> all = new LinkedHashMap<>();
        all.put("path", new PathMeasurement(site, data(256, 2048), amount(3, 7)));
        all.put("full", new FullMeasurement(site, data(256, 1024), amount(3, 7)));
        all.put("restore", new RestoreMeasurement(site, data(256, 1024), amount(3, 5)));
        all.put("verify", new VerifyMeasurement(site, data(256, 1024), amount(3, 7)));
        all.put("increment", new IncrementMeasurement(site, Shape.ALL, amount(5, 7)));
        all.put("chain", new ChainMeasurement(site, data(256, 1024), amount(40, 366), amount(3, 5)));
        all.put("size", size(Chunking.FIXED));
        all.put("size-own-chunks", size(Chunking.OWN));
        all.put("mark", new MarkMeasurement(site, amount(100_000, 10_000_000), 3));
        all.put("memory", new MemoryMeasurement(site, data(256, 2048), 3));
        all.put("memory-large", new LargeMemoryMeasurement(site, amount(10_000_000, 600_000_000)));
        return all;
    }

    private SizeMeasurement size(Chunking chunking) throws IOException {
        return new SizeMeasurement(site, data(64, 256), amount(4, 20), amount(5, 30), chunking);
    }

    private int amount(int quick, int whole) {
        return options.isQuick() ? quick : whole;
    }

    private DataSet data(int quickMebibytes, int wholeMebibytes) {
        long bytes = amount(quickMebibytes, wholeMebibytes) * MEBIBYTE;
        return new DataSet(SEED, bytes, bytes);
    }
}
