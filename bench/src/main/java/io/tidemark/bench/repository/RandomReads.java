package io.tidemark.bench.repository;

import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.Repository;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import io.tidemark.bench.Program;
import io.tidemark.bench.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Reads of 4 KiB at random places of random points, from a disk: cold and warm.
final class RandomReads {
    private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");
    private static final String PAGE_CACHE = "1\n";
    private static final int READ_BYTES = 4096;
    private static final long SEED = 4096;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Site site;
    private final Map<String, Object> fields;
    private final int rounds;
    private final int coldReads;
    private final int warmReads;
    private final SplittableRandom random = new SplittableRandom(SEED);

    /// Latencies of the rounds, in milliseconds.
    private record Latencies(List<Double> median, List<Double> p99) {
        Latencies() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        void add(List<Double> round) {
            median.add(Spread.of(round).median());
            p99.add(Spread.percentile(round, 99));
        }
    }

    RandomReads(Site site, Map<String, Object> fields, int rounds) {
        this.site = site;
        this.fields = fields;
        this.rounds = rounds;
        this.coldReads = site.isQuick() ? 40 : 60;
        this.warmReads = site.isQuick() ? 1000 : 10_000;
    }

    /// @param stored the repository, which is copied
    List<Figure> figures(Path stored, BackedUpDisk disk) throws IOException, InterruptedException {
        Path folder = Folders.fresh(site.disk().resolve("random-read"));
        Path copy = folder.resolve("repository");
        Program.run(folder, List.of("cp", "-r", stored.toString(), copy.toString()));
        Program.run(folder, List.of("sync", "-f", folder.toString()));
        Latencies opening = new Latencies();
        Latencies cold = new Latencies();
        Latencies warm = new Latencies();
        for (int round = 0; round < rounds; round++) {
            cold(copy, disk, opening, cold);
            warm.add(warm(copy, disk));
        }
        Map<String, Object> extra = new LinkedHashMap<>(fields);
        extra.put("fileSystem", Files.getFileStore(folder).type());
        Folders.delete(folder);
        List<Figure> figures = new ArrayList<>(figures(
                "random-read-open",
                opening,
                coldFields(extra, "openDisk alone," + " which writes and syncs a record that somebody reads")));
        figures.addAll(figures("random-read-cold", cold, coldFields(extra, "the first read after it")));
        figures.addAll(figures("random-read-warm", warm, warmFields(extra)));
        return figures;
    }

    private void cold(Path copy, BackedUpDisk disk, Latencies opening, Latencies reading) throws IOException {
        List<Double> opened = new ArrayList<>();
        List<Double> read = new ArrayList<>();
        for (int number = 0; number < coldReads; number++) {
            dropCaches();
            Repository repository = Ours.clear(copy);
            long start = System.nanoTime();
            try (DiskReader reader = repository.openDisk(disk.point(point(disk)), disk.disk())) {
                opened.add(millisSince(start));
                read.add(read(reader));
            }
        }
        opening.add(opened);
        reading.add(read);
    }

    private List<Double> warm(Path copy, BackedUpDisk disk) {
        Repository repository = Ours.clear(copy);
        try (DiskReader reader = repository.openDisk(disk.point(point(disk)), disk.disk())) {
            List<Double> read = new ArrayList<>();
            for (int number = 0; number < 2 * warmReads; number++) {
                double millis = read(reader);
                if (number >= warmReads) {
                    read.add(millis);
                }
            }
            return read;
        }
    }

    private double read(DiskReader reader) {
        long offset = random.nextLong(reader.sizeBytes() / READ_BYTES) * READ_BYTES;
        long start = System.nanoTime();
        reader.read(offset, READ_BYTES);
        return millisSince(start);
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    private int point(BackedUpDisk disk) {
        return 1 + random.nextInt(disk.newest());
    }

    private static boolean canDropCaches() {
        return Files.isWritable(DROP_CACHES);
    }

    private static void dropCaches() throws IOException {
        if (canDropCaches()) {
            Files.writeString(DROP_CACHES, PAGE_CACHE);
        }
    }

    private static Map<String, Object> coldFields(Map<String, Object> fields, String what) {
        Map<String, Object> extra = new LinkedHashMap<>(fields);
        extra.put(
                "cache",
                canDropCaches()
                        ? "cold: the page cache is dropped before each opening"
                        : "the page cache is warm, as only root can drop it");
        extra.put("note", "a repository object that remembers nothing for each read; " + what);
        return extra;
    }

    private static Map<String, Object> warmFields(Map<String, Object> fields) {
        Map<String, Object> extra = new LinkedHashMap<>(fields);
        extra.put("cache", "warm: as many reads of the same point are not counted");
        extra.put("note", "one random point a round");
        return extra;
    }

    private static List<Figure> figures(String name, Latencies latencies, Map<String, Object> extra) {
        return List.of(
                new Figure(name + "-p50", "ms", latencies.median(), null, null, null, extra),
                new Figure(name + "-p99", "ms", latencies.p99(), null, null, null, extra));
    }
}
