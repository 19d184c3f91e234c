package io.tidemark.bench.repository;

import io.tidemark.agent.backup.DiskSource;
import io.tidemark.agent.backup.nbd.NbdDiskSource;
import io.tidemark.agent.repository.Repository;
import io.tidemark.bench.DataSet;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import io.tidemark.bench.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A whole disk from `qemu-nbd` through our reader into the repository, to its commit: of new data, the same with
/// few chunks unpacked again and with protection, and the same data once more, all of it known. Beside it
/// `nbdcopy`, which reads and throws away. Each side's server is started and ended within its time, and its
/// processor time counts.
final class PathMeasurement implements Measurement {
    static final String NBDCOPY = "nbdcopy";
    private static final double BYTES_PER_GB = 1e9;
    /// The source and three fulls, none larger than it.
    private static final int COPIES = 5;

    private final Site site;
    private final DataSet data;
    private final int rounds;

    PathMeasurement(Site site, DataSet data, int rounds) {
        this.site = site;
        this.data = data;
        this.rounds = rounds;
    }

    @Override
    public List<Figure> figures() throws IOException, InterruptedException {
        Path folder = site.fresh("path", COPIES * data.nonZeroBytes());
        Path source = folder.resolve("source.raw");
        Map<String, Object> dataSet = data.described(data.write(source));
        Rounds measured = Rounds.counted(
                folder,
                rounds,
                List.of(
                        full(new Full(Ours.NAME, Ours::clear, folder), source),
                        full(new Full(Ours.SAMPLED, Ours::sampled, folder), source),
                        new ProtectedSide(folder, data.nonZeroBytes()).full(disk -> copy(source, folder, disk)),
                        repeat(folder, source),
                        peer(folder, source)));
        Map<String, Object> fields = site.fields(folder, dataSet);
        Folders.delete(folder);
        return new PathFigures(measured, data.nonZeroBytes() / BYTES_PER_GB, fields).all();
    }

    /// What is written to.
    private record Full(String name, Function<Path, Repository> repository, Path folder) {}

    private Side full(Full full, Path source) {
        Path ours = full.folder().resolve("ours");
        return new Side(full.name(), true, ours, () -> Folders.delete(ours), () -> {
            Repository repository = full.repository().apply(ours);
            repository.create();
            copy(source, full.folder(), new BackedUpDisk(repository, 1, data.nonZeroBytes()));
        });
    }

    private Side repeat(Path folder, Path source) throws IOException {
        Repository repository = Ours.clear(folder.resolve("known"));
        repository.create();
        BackedUpDisk disk = new BackedUpDisk(repository, 1, data.nonZeroBytes());
        disk.writeFull(source);
        return new Side(Ours.REPEATED, true, folder.resolve("known"), Side.NOTHING, () -> copy(source, folder, disk));
    }

    private static void copy(Path source, Path folder, BackedUpDisk disk) throws IOException, InterruptedException {
        try (QemuNbd server = QemuNbd.serve(source, folder);
                DiskSource export = NbdDiskSource.openExport(server.socket(), "", Optional.empty())) {
            disk.writeFull(export);
        }
    }

    private static Side peer(Path folder, Path source) {
        return new Side(NBDCOPY, false, folder.resolve("none"), Side.NOTHING, () -> {
            try (QemuNbd server = QemuNbd.serve(source, folder)) {
                Program.run(folder, List.of(NBDCOPY, server.uri(), "null:"));
            }
        });
    }
}
