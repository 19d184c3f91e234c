package io.tidemark.bench.repository;

import io.tidemark.agent.repository.Repository;
import io.tidemark.bench.DataSet;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import io.tidemark.bench.Program;
import io.tidemark.bench.repository.Side.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A whole disk of new data; the same again with protection; the same data once more, all of it known; and its
/// restore to a raw image.
final class FullMeasurement implements Measurement {
    static final String BORG_REPEATED = "borg, all known";
    static final String RESTORED = Ours.NAME + ", restore";
    static final String QEMU_IMG = "qemu-img";
    static final String QEMU_IMG_RAW = "qemu-img, raw to raw";
    private static final double BYTES_PER_GB = 1e9;
    /// The source, five fulls and two restored images, none larger than the source.
    private static final int COPIES = 8;

    private final Site site;
    private final DataSet data;
    private final int rounds;

    FullMeasurement(Site site, DataSet data, int rounds) {
        this.site = site;
        this.data = data;
        this.rounds = rounds;
    }

    @Override
    public List<Figure> figures() throws IOException, InterruptedException {
        Path folder = site.fresh("full", COPIES * data.nonZeroBytes());
        Path source = folder.resolve("source.raw");
        Map<String, Object> dataSet = data.described(data.write(source));
        List<Side> sides = new ArrayList<>(fulls(folder, source));
        sides.addAll(repeats(folder, source));
        sides.addAll(restores(folder, source));
        Rounds measured = Rounds.counted(folder, rounds, sides);
        Map<String, Object> fields = site.fields(folder, dataSet);
        Program.run(folder, List.of("cmp", source.toString(), ourImage(folder).toString()));
        Folders.delete(folder);
        return new FullFigures(measured, data.nonZeroBytes() / BYTES_PER_GB, fields).all();
    }

    private List<Side> fulls(Path folder, Path source) {
        List<Side> sides = new ArrayList<>();
        Path ours = folder.resolve("ours");
        sides.add(new Side(Ours.NAME, true, ours, () -> Folders.delete(ours), () -> {
            Repository repository = Ours.clear(ours);
            repository.create();
            new BackedUpDisk(repository, 1, data.nonZeroBytes()).writeFull(source);
        }));
        sides.add(new ProtectedSide(folder, data.nonZeroBytes()).full(disk -> disk.writeFull(source)));
        Path qcow2 = folder.resolve("peer.qcow2");
        Work convert = () -> Program.run(folder, convert(source, qcow2));
        sides.add(new Side(QEMU_IMG, false, qcow2, () -> Files.deleteIfExists(qcow2), convert));
        if (Peers.has(Borg.PROGRAM)) {
            Borg borg = new Borg(folder.resolve("borg"), "fixed,65536");
            sides.add(new Side(Borg.PROGRAM, false, borg.repository(), borg::create, () -> borg.add("full", source)));
        }
        return sides;
    }

    private static List<String> convert(Path source, Path target) {
        return List.of(
                "qemu-img",
                "convert",
                "-c",
                "-f",
                "raw",
                "-O",
                "qcow2",
                "-o",
                "compression_type=zstd",
                source.toString(),
                target.toString());
    }

    /// Each round writes one more point, whose parent has all of it.
    private List<Side> repeats(Path folder, Path source) throws IOException, InterruptedException {
        List<Side> sides = new ArrayList<>();
        BackedUpDisk disk = known(folder, source);
        sides.add(new Side(Ours.REPEATED, true, folder.resolve("known"), Side.NOTHING, () -> disk.writeFull(source)));
        if (Peers.has(Borg.PROGRAM)) {
            Borg borg = new Borg(folder.resolve("known-borg"), "fixed,65536");
            borg.create();
            borg.add("first", source);
            var names = new ArrayList<String>();
            sides.add(new Side(BORG_REPEATED, false, borg.repository(), () -> names.add("again"), () -> {
                borg.add("again-" + names.size(), source);
            }));
        }
        return sides;
    }

    private BackedUpDisk known(Path folder, Path source) throws IOException {
        Repository repository = Ours.clear(folder.resolve("known"));
        repository.create();
        BackedUpDisk disk = new BackedUpDisk(repository, 1, data.nonZeroBytes());
        disk.writeFull(source);
        return disk;
    }

    private List<Side> restores(Path folder, Path source) {
        Path ours = ourImage(folder);
        Path theirs = folder.resolve("peer.raw");
        BackedUpDisk disk = new BackedUpDisk(Ours.clear(folder.resolve("known")), 1, data.nonZeroBytes());
        Work restore = () -> {
            try (var reader = Ours.clear(folder.resolve("known")).openDisk(disk.point(1), disk.disk())) {
                ParallelRead.toImage(reader, ours);
            }
        };
        Work copy = () -> Program.run(
                folder, List.of("qemu-img", "convert", "-f", "raw", "-O", "raw", source.toString(), theirs.toString()));
        return List.of(
                new Side(RESTORED, true, ours, () -> Files.deleteIfExists(ours), restore),
                new Side(QEMU_IMG_RAW, false, theirs, () -> Files.deleteIfExists(theirs), copy));
    }

    private static Path ourImage(Path folder) {
        return folder.resolve("restored.raw");
    }
}
