package io.tidemark.bench.repository;

import io.tidemark.agent.repository.Repository;
import io.tidemark.bench.DataSet;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import io.tidemark.bench.repository.Comparison.Aim;
import io.tidemark.bench.repository.Comparison.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.ToDoubleFunction;

/// What many like images and their increments take in the repositories of each side. One side after the other, each
/// with the same images made anew, as all at once would need much room.
final class SizeMeasurement implements Measurement {
    static final String BORG_FIXED = "borg, fixed,65536";
    static final String BORG_FINE = "borg, fixed,16384";
    static final String BORG_DEFAULT = "borg, its own chunker";
    private static final double SIZE_BAR = 1.1;
    private static final int DIVERGED_PERCENT = 5;
    private static final int CHANGED_PERCENT = 1;
    private static final double BYTES_PER_MB = 1e6;

    private final Site site;
    private final DataSet data;
    private final int images;
    private final int increments;
    private final Chunking chunking;
    private final byte[] filler;

    /// Whom ours is compared with, and how much of a disk they store at most when a percent of it was changed.
    enum Chunking {
        /// Chunks of one size, as ours.
        FIXED(0.08),
        /// Chunks that begin where the content says, much larger than what was changed.
        OWN(0.5);

        private final double storedShare;

        Chunking(double storedShare) {
            this.storedShare = storedShare;
        }
    }

    /// One side's backup of all images.
    private interface Backup {
        /// @param changed of each image, what was touched since; empty the first time
        void run(int number, List<Path> images, List<SequencedSet<Long>> changed)
                throws IOException, InterruptedException;
    }

    /// Looks at what was stored at the end.
    private interface Check {
        void run(List<Path> images) throws IOException, InterruptedException;
    }

    /// @param data of one image
    SizeMeasurement(Site site, DataSet data, int images, int increments, Chunking chunking) throws IOException {
        this.site = site;
        this.data = data;
        this.images = images;
        this.increments = increments;
        this.chunking = chunking;
        this.filler = ScatteredWrites.filler();
    }

    @Override
    public List<Figure> figures() throws IOException, InterruptedException {
        long all = data.nonZeroBytes() * images;
        Path folder = site.fresh("size", (long) (2 * all + all * increments * chunking.storedShare));
        Map<String, Object> fields = site.fields(folder, described(data.described(data.write(base(folder)))));
        Map<String, List<Effort>> efforts = new LinkedHashMap<>();
        efforts.put(Ours.NAME, List.of(ours(folder)));
        addPeers(efforts, folder);
        Folders.delete(folder);
        return figures(new Rounds(efforts), fields);
    }

    private void addPeers(Map<String, List<Effort>> efforts, Path folder) throws IOException, InterruptedException {
        boolean isFixed = chunking == Chunking.FIXED;
        if (Peers.has(Borg.PROGRAM) && isFixed) {
            efforts.put(BORG_FIXED, List.of(borg(folder, "fixed,65536")));
            efforts.put(BORG_FINE, List.of(borg(folder, "fixed,16384")));
        }
        if (Peers.has(Borg.PROGRAM) && !isFixed) {
            efforts.put(BORG_DEFAULT, List.of(borg(folder, "")));
        }
        if (Peers.has(Restic.PROGRAM) && !isFixed) {
            efforts.put(Restic.PROGRAM, List.of(restic(folder)));
        }
    }

    private static Path base(Path folder) {
        return folder.resolve("base.raw");
    }

    private Map<String, Object> described(Map<String, Object> base) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("base", base);
        described.put("images", images);
        described.put("incrementsOfEach", increments);
        described.put("divergedPercent", DIVERGED_PERCENT);
        described.put("changedPercentAnIncrement", CHANGED_PERCENT);
        described.put("writes", "scattered, 4 to 64 KiB, half of each random, half of files");
        return described;
    }

    /// Copies of the base, each but the first with changes of its own, in a folder of their own.
    private List<Path> clones(Path folder, ScatteredWrites writes) throws IOException {
        Path clones = Folders.fresh(images(folder));
        List<Path> all = new ArrayList<>();
        for (int image = 0; image < images; image++) {
            Path clone = Files.copy(base(folder), clones.resolve("image-" + image + ".raw"));
            if (image > 0) {
                var _ = writes.change(clone, data.nonZeroBytes() / 100 * DIVERGED_PERCENT);
            }
            all.add(clone);
        }
        return all;
    }

    private Effort ours(Path folder) throws IOException, InterruptedException {
        Path stored = folder.resolve("ours");
        Repository repository = Ours.trusted(stored);
        List<BackedUpDisk> disks = new ArrayList<>();
        for (int image = 0; image < images; image++) {
            disks.add(new BackedUpDisk(repository, image, data.nonZeroBytes()));
        }
        Side side = new Side(Ours.NAME, true, stored, repository::create, Side.NOTHING);
        Backup backup = (_, files, changed) -> {
            for (int image = 0; image < images; image++) {
                if (changed.isEmpty()) {
                    disks.get(image).writeFull(files.get(image));
                } else {
                    disks.get(image).writeIncrement(files.get(image), changed.get(image));
                }
            }
        };
        return whole(folder, side, backup, files -> {
            for (int image = 0; image < images; image++) {
                ParallelRead.requireSame(repository, disks.get(image), files.get(image));
            }
        });
    }

    private Effort borg(Path folder, String chunker) throws IOException, InterruptedException {
        Borg borg = new Borg(folder.resolve("borg"), chunker);
        Side side = new Side(Borg.PROGRAM + " " + chunker, false, borg.repository(), borg::create, Side.NOTHING);
        return whole(folder, side, (number, _, _) -> borg.add("all-" + number, images(folder)), _ -> {});
    }

    private Effort restic(Path folder) throws IOException, InterruptedException {
        Restic restic = new Restic(folder.resolve("restic"));
        Side side = new Side(Restic.PROGRAM, false, restic.repository(), restic::create, Side.NOTHING);
        return whole(folder, side, (_, _, _) -> restic.add(images(folder)), _ -> {});
    }

    private static Path images(Path folder) {
        return folder.resolve("images");
    }

    /// All backups of one side, of images that are the same for each.
    private Effort whole(Path folder, Side side, Backup backup, Check check) throws IOException, InterruptedException {
        ScatteredWrites writes = new ScatteredWrites(data.seed(), filler);
        List<Path> files = clones(folder, writes);
        side.prepare().run();
        double wall = 0;
        double cores = 0;
        List<SequencedSet<Long>> changed = List.of();
        for (int number = 0; number <= increments; number++) {
            int step = number;
            List<SequencedSet<Long>> since = changed;
            Effort effort = Rounds.measured(new Side(
                    side.name(), side.isOurs(), side.output(), Side.NOTHING, () -> backup.run(step, files, since)));
            wall += effort.wallSeconds();
            cores += effort.coreSeconds();
            changed = number < increments ? changed(files, writes) : List.of();
        }
        check.run(files);
        Effort all = new Effort(wall, cores, StoredFiles.bytes(side.output()));
        System.err.printf(Locale.ROOT, "  %s: %.1f s, %.1f MB%n", side.name(), wall, all.storedBytes() / BYTES_PER_MB);
        Folders.delete(side.output());
        return all;
    }

    private List<SequencedSet<Long>> changed(List<Path> files, ScatteredWrites writes) throws IOException {
        List<SequencedSet<Long>> changed = new ArrayList<>();
        for (Path file : files) {
            changed.add(writes.change(file, data.nonZeroBytes() / 100 * CHANGED_PERCENT));
        }
        return changed;
    }

    static List<Figure> figures(Rounds rounds, Map<String, Object> fields) {
        List<Figure> figures = new ArrayList<>();
        rounds.efforts().keySet().stream()
                .filter(side -> !side.equals(Ours.NAME))
                .forEach(peer -> figures.add(figure(rounds, peer, fields)));
        return figures;
    }

    private static Figure figure(Rounds rounds, String peer, Map<String, Object> fields) {
        Map<String, Object> timed = new LinkedHashMap<>(fields);
        timed.put("seconds", sides(rounds, peer, Effort::wallSeconds));
        timed.put("coreSeconds", sides(rounds, peer, Effort::coreSeconds));
        return new Comparison(rounds, Ours.NAME, peer, timed)
                .figure(
                        "size-beside-" + peer.replaceAll("[^a-z0-9]+", "-"),
                        Quantity.STORED,
                        peer.equals(BORG_FIXED) ? Aim.atMostTimes(SIZE_BAR) : Aim.NONE,
                        "one round, as sizes hardly vary; its times are told and promise nothing. Ours is told"
                                + " which chunks are dirty, and takes over from other VMs; the peers read all images"
                                + " each time. restic encrypts. At most 1.1 times is a ratio of 0.9091");
    }

    private static Map<String, Double> sides(Rounds rounds, String peer, ToDoubleFunction<Effort> value) {
        return Map.of(
                "ours", rounds.of(Ours.NAME, value).getFirst(),
                "theirs", rounds.of(peer, value).getFirst());
    }
}
