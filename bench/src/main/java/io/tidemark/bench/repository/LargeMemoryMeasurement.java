package io.tidemark.bench.repository;

import io.tidemark.bench.Bar;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The memory of a JVM with the agent's options that writes an increment into a repository of very many chunks of
/// many VMs, and collects in it.
final class LargeMemoryMeasurement implements Measurement {
    private static final int VMS = 200;
    private static final long SEED = 600;
    /// A node's share of a chunk, and what a tree is made from.
    private static final long BYTES_A_CHUNK = 60;

    private final Site site;
    private final long chunks;

    LargeMemoryMeasurement(Site site, long chunks) {
        this.site = site;
        this.chunks = chunks;
    }

    @Override
    public List<Figure> figures() throws IOException, InterruptedException {
        Path folder = site.fresh("memory-large", chunks * BYTES_A_CHUNK);
        Path stored = folder.resolve("repository");
        SyntheticTrees.fill(stored, SEED, VMS, chunks / VMS);
        double peak = MemoryMeasurement.peakMebibytes(
                folder, IncrementAndCollect.class, stored.toString(), Long.toString(chunks / VMS));
        Map<String, Object> fields = site.fields(folder, "synthetic trees of " + VMS + " VMs");
        fields.put("distinctChunks", chunks);
        fields.put("storedBytes", StoredFiles.bytes(stored));
        fields.put("note", MemoryMeasurement.NOTE + "; packs of chunks are not there, nor is their listing in it");
        Folders.delete(folder);
        return List.of(new Figure(
                "memory-large",
                "MiB",
                List.of(peak),
                null,
                Bar.oursBelow(MemoryMeasurement.BAR_MEBIBYTES),
                null,
                fields));
    }
}
