package io.tidemark.bench.repository;

import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.Repack;
import io.tidemark.agent.repository.Repository;
import io.tidemark.bench.DataSet;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import io.tidemark.bench.repository.Comparison.Aim;
import io.tidemark.bench.repository.Comparison.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Many points of one disk, a little of it changed between them: how long it takes to read the last one beside the
/// first, and how long a few bytes of any.
final class ChainMeasurement implements Measurement {
    private static final String FIRST = "the first point";
    private static final String LAST = "the last point";
    private static final int CHANGED_PERCENT = 1;
    /// Scattered writes touch more chunks than they have bytes.
    private static final int TOUCHED_PERCENT = 2;

    /// Of a pack that is dead.
    private static final int REPACKED_PERCENT = 20;

    private static final double READ_BAR = 1.3;

    private final Site site;
    private final DataSet data;
    private final int points;
    private final int rounds;

    ChainMeasurement(Site site, DataSet data, int points, int rounds) {
        this.site = site;
        this.data = data;
        this.points = points;
        this.rounds = rounds;
    }

    @Override
    public List<Figure> figures() throws IOException, InterruptedException {
        long size = data.nonZeroBytes();
        Path folder = site.fresh("chain", 2 * size + size / 100 * TOUCHED_PERCENT * points);
        Path source = folder.resolve("source.raw");
        Path stored = folder.resolve("repository");
        Map<String, Object> dataSet = data.described(data.write(source));
        BackedUpDisk disk = written(stored, source);
        ParallelRead.requireSame(Ours.clear(stored), disk, source);
        Map<String, Object> fields = site.fields(folder, dataSet);
        fields.put("points", points);
        fields.put("changedPercentAPoint", CHANGED_PERCENT);
        List<Figure> figures = new ArrayList<>();
        figures.add(reading("chain-read-last", stored, disk, fields, "nothing was repacked"));
        figures.addAll(new RandomReads(site, fields, rounds).figures(stored, disk));
        Repack.Result repacked = repacked(stored, disk);
        fields.put("repackedBytes", repacked.movedBytes());
        figures.add(reading(
                "chain-read-last-repacked",
                stored,
                disk,
                fields,
                "the points between both were pruned, packs of which a fifth was dead were repacked, and collected"));
        Folders.delete(folder);
        return figures;
    }

    private Figure reading(String name, Path stored, BackedUpDisk disk, Map<String, Object> fields, String before)
            throws IOException, InterruptedException {
        Rounds measured = Rounds.counted(
                stored.resolveSibling(""),
                rounds,
                List.of(reading(LAST, stored, disk, points), reading(FIRST, stored, disk, 1)));
        return new Comparison(measured, LAST, FIRST, fields)
                .figure(
                        name,
                        Quantity.SECONDS,
                        Aim.atMostTimes(READ_BAR),
                        "a whole disk read by two threads to nowhere, each time by a repository object that remembers"
                                + " nothing; " + before + ", and storedBytes are of all points. At most"
                                + " 1.3 times is a ratio of 0.7692");
    }

    private Repack.Result repacked(Path stored, BackedUpDisk disk) {
        BlobRepository repository = Ours.clear(stored);
        for (int point = 2; point < points; point++) {
            repository.remove(disk.point(point));
        }
        Repack.Result result =
                Repack.of(repository).deadPercent(REPACKED_PERCENT).run((_, _) -> {});
        long _ = repository.collect();
        return result;
    }

    private BackedUpDisk written(Path folder, Path source) throws IOException {
        Repository repository = Ours.clear(folder);
        repository.create();
        BackedUpDisk disk = new BackedUpDisk(repository, 1, data.nonZeroBytes());
        disk.writeFull(source);
        ScatteredWrites writes = new ScatteredWrites(data.seed(), ScatteredWrites.filler());
        for (int point = 2; point <= points; point++) {
            disk.writeIncrement(source, writes.change(source, data.nonZeroBytes() / 100 * CHANGED_PERCENT));
        }
        return disk;
    }

    private static Side reading(String name, Path stored, BackedUpDisk disk, int point) {
        return new Side(name, true, stored, Side.NOTHING, () -> {
            try (DiskReader reader = Ours.clear(stored).openDisk(disk.point(point), disk.disk())) {
                ParallelRead.toNowhere(reader);
            }
        });
    }
}
