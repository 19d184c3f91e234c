package io.tidemark.bench.repository;

import com.github.luben.zstd.Zstd;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.Repository;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import io.tidemark.bench.repository.IncrementFigures.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Increments on disks of several sizes: with nothing dirty, and with few scattered writes. Their parents are
/// synthetic, as an increment that is told what is dirty looks at no chunk of its parent.
final class IncrementMeasurement implements Measurement {
    static final int WRITES = 300;
    private static final int LEVEL = -3;
    private static final long SEED = 300;
    private static final long GIBIBYTE = 1L << 30;
    private static final long SMALL_BYTES = 2 * GIBIBYTE;
    private static final long LARGE_BYTES = 2048 * GIBIBYTE;
    /// A tree of 1.4 GiB, and as much for the table that it is made from.
    private static final long FULL_TREE_BYTES = 4 * GIBIBYTE;

    private final Site site;
    private final List<Shape> shapes;
    private final int rounds;
    private final ScatteredWrites writes;
    private final SplittableRandom random = new SplittableRandom(SEED);

    IncrementMeasurement(Site site, List<Shape> shapes, int rounds) throws IOException {
        this.site = site;
        this.shapes = List.copyOf(shapes);
        this.rounds = rounds;
        this.writes = new ScatteredWrites(SEED, ScatteredWrites.filler());
    }

    /// One disk that is measured.
    ///
    /// @param filledBytes from its beginning on; writes go there
    record Shape(String name, long sizeBytes, long filledBytes) {
        static final Shape SMALL = new Shape("2 GiB", SMALL_BYTES, SMALL_BYTES);
        static final Shape THIN = new Shape("2 TiB thin", LARGE_BYTES, SMALL_BYTES);
        static final Shape LARGE = new Shape("2 TiB", LARGE_BYTES, LARGE_BYTES);

        static final List<Shape> ALL = List.of(SMALL, THIN, LARGE);

        String nothing() {
            return name + ", nothing dirty";
        }

        String scattered() {
            return name + ", " + WRITES + " scattered writes";
        }

        long filledChunks() {
            return filledBytes / Chunks.SIZE_BYTES;
        }
    }

    @Override
    public List<Figure> figures() throws IOException, InterruptedException {
        boolean isLarge = shapes.contains(Shape.LARGE);
        Path folder = site.fresh("increment", isLarge ? FULL_TREE_BYTES : GIBIBYTE);
        List<Prepared> all = new ArrayList<>();
        for (Shape shape : shapes) {
            all.add(prepared(folder.resolve(shape.name().replace(' ', '-')), shape));
        }
        Rounds measured = Rounds.counted(
                folder,
                rounds,
                all.stream().flatMap(each -> sides(each).stream()).toList());
        Map<Shape, List<Bytes>> bytes = new LinkedHashMap<>();
        for (Prepared each : all) {
            bytes.put(each.shape(), bytes(each));
        }
        Map<String, Object> fields = site.fields(folder, "synthetic trees; writes of 4 KiB, each half random");
        Folders.delete(folder);
        return new IncrementFigures(measured, bytes, fields).all();
    }

    /// The same disk as at its synthetic point, and what is changed next.
    private record Prepared(Shape shape, Path folder, BackedUpDisk disk, SequencedMap<Long, byte[]> changed) {}

    private static Prepared prepared(Path folder, Shape shape) throws IOException {
        Repository repository = Ours.clear(folder);
        repository.create();
        BackedUpDisk disk = new BackedUpDisk(repository, 1, shape.sizeBytes());
        new SyntheticTrees(folder, SEED).add(repository, disk, shape.filledChunks());
        return new Prepared(shape, folder, disk, new TreeMap<>());
    }

    private List<Side> sides(Prepared each) {
        Path none = each.folder().resolveSibling("none");
        return List.of(
                new Side(each.shape().nothing(), true, none, Side.NOTHING, () -> {
                    each.disk().writeIncrement(new TreeMap<>());
                }),
                new Side(each.shape().scattered(), true, none, () -> draw(each), () -> {
                    each.disk().writeIncrement(each.changed());
                }));
    }

    private void draw(Prepared each) {
        each.changed().clear();
        while (each.changed().size() < WRITES) {
            each.changed().put(random.nextLong(each.shape().filledChunks()), writes.changedChunk());
        }
    }

    /// Of increments of their own, outside of the rounds, as looking at files takes time.
    private List<Bytes> bytes(Prepared each) throws IOException {
        List<Bytes> bytes = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            draw(each);
            StoredFiles before = StoredFiles.of(each.folder());
            each.disk().writeIncrement(each.changed());
            StoredFiles more = StoredFiles.of(each.folder()).since(before);
            bytes.add(new Bytes(more.chunks(), alone(each.changed().values()), more.others()));
        }
        return bytes;
    }

    private static long alone(Collection<byte[]> chunks) {
        return chunks.stream()
                .mapToLong(chunk -> Math.min(chunk.length, Zstd.compress(chunk, LEVEL).length))
                .sum();
    }
}
