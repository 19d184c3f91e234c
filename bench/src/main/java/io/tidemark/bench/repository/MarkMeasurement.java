package io.tidemark.bench.repository;

import io.tidemark.bench.Bar;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import io.tidemark.bench.repository.Comparison.Aim;
import io.tidemark.bench.repository.Comparison.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A collection that finds nothing to delete: it lists the packs and reads each node of each point.
final class MarkMeasurement implements Measurement {
    private static final int VMS = 10;
    private static final long SEED = 10;
    private static final double BAR_SECONDS = 300;
    /// A node and its line for sixteen chunks, and what a tree is made from.
    private static final long BYTES_A_CHUNK = 100;

    private final Site site;
    private final long chunks;
    private final int rounds;

    MarkMeasurement(Site site, long chunks, int rounds) {
        this.site = site;
        this.chunks = chunks;
        this.rounds = rounds;
    }

    @Override
    public List<Figure> figures() throws IOException, InterruptedException {
        Path folder = site.fresh("mark", chunks * BYTES_A_CHUNK);
        Path stored = folder.resolve("repository");
        SyntheticTrees.fill(stored, SEED, VMS, chunks / VMS);
        Side side = new Side(Ours.NAME, true, stored, Side.NOTHING, () -> mark(stored));
        Rounds measured = Rounds.counted(folder, rounds, List.of(side));
        Map<String, Object> fields = site.fields(folder, "synthetic trees of " + VMS + " VMs");
        fields.put("distinctChunks", chunks);
        Folders.delete(folder);
        return List.of(new Comparison(measured, Ours.NAME, null, fields)
                .figure(
                        "mark",
                        Quantity.SECONDS,
                        Aim.bar(Bar.oursBelow(BAR_SECONDS)),
                        "a collection by a repository object that remembers nothing, and that deletes nothing; packs of"
                                + " chunks are not there, so that their listing is not in it. The bar is for 10,000,000"
                                + " chunks"));
    }

    private static void mark(Path stored) throws IOException {
        long deleted = Ours.clear(stored).collect();
        if (deleted != 0) {
            throw new IOException("repository " + stored + ": expected nothing to delete, found " + deleted + " bytes");
        }
    }
}
