package io.tidemark.bench.repository;

import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A JVM of its own that writes an increment of the first VM of a repository with synthetic trees, where hosts
/// trust one another, and then collects.
final class IncrementAndCollect {
    private static final int CHANGED = 300;

    private IncrementAndCollect() {}

    /// The repository's folder, and how many chunks the disk has.
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        long chunks = Long.parseLong(arguments[1]);
        Repository repository = Ours.trusted(folder);
        BackedUpDisk disk = new BackedUpDisk(repository, 1, chunks * Chunks.SIZE_BYTES);
        disk.countPoint();
        disk.writeIncrement(changed(chunks));
        long deleted = Ours.clear(folder).collect();
        if (deleted != 0) {
            throw new IOException("repository " + folder + ": expected nothing to delete, found " + deleted + " bytes");
        }
    }

    private static SequencedMap<Long, byte[]> changed(long chunks) {
        SplittableRandom random = new SplittableRandom(1);
        SequencedMap<Long, byte[]> changed = new TreeMap<>();
        for (int count = 0; count < CHANGED; count++) {
            byte[] chunk = new byte[Chunks.SIZE_BYTES];
            random.nextBytes(chunk);
            changed.put(random.nextLong(chunks), chunk);
        }
        return changed;
    }
}
