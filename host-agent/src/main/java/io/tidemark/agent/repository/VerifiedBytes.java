package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.Verification.Progress;
import io.tidemark.agent.repository.Verification.Wanted;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.pack.PackNames;
import io.tidemark.agent.repository.pack.PackReader;
import io.tidemark.agent.repository.pack.PackScan;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// Reads the packs that a verification wants, on two threads, one pack each at a time. Fields that are not final
/// count.
final class VerifiedBytes {
    private static final int THREADS = 2;
    private static final int PERCENT = 100;

    private final Parts parts;
    private final Wanted wanted;
    private final Progress progress;
    private final PackScan scan;
    private final VerifiedPacks known;
    private final VerifiedPacks.Run run;
    private final boolean isOpening;
    private long packsRead;
    private long bytesRead;
    private long bytesWanted;

    VerifiedBytes(BlobRepository repository, PackReader packs, Wanted wanted, Progress progress) {
        this.parts = repository.parts();
        this.wanted = wanted;
        this.progress = progress;
        this.isOpening = parts.keys.canOpen();
        this.scan = new PackScan(packs, isOpening ? Optional.of(parts.chunkIds) : Optional.empty());
        this.known = new VerifiedPacks(parts.store, parts.id);
        Storage storage = repository.storage();
        this.run = known.new Run(storage.ids().get(), storage.clock().instant(), isOpening);
    }

    /// Reads what is wanted of the packs that are reached.
    void read(Set<PackId> reached, PackScan.Damage damage) {
        Queue<PackId> left = new ConcurrentLinkedQueue<>(chosen(reached));
        bytesWanted = left.stream().mapToLong(this::sizeBytes).sum();
        try (ExecutorService threads = Executors.newFixedThreadPool(
                THREADS, Thread.ofPlatform().daemon().name("verification-", 1).factory())) {
            List<Future<?>> workers = IntStream.range(0, THREADS)
                    .<Future<?>>mapToObj(_ -> threads.submit(() -> read(left, damage)))
                    .toList();
            workers.forEach(worker -> await(worker, left));
        }
        run.write();
    }

    private void read(Queue<PackId> left, PackScan.Damage damage) {
        for (PackId pack = left.poll(); pack != null; pack = left.poll()) {
            if (scan.isWhole(pack, this::count, damage)) {
                run.add(pack);
            }
            countPack();
        }
    }

    private static void await(Future<?> worker, Queue<PackId> left) {
        try {
            worker.get();
        } catch (InterruptedException e) {
            left.clear();
            Thread.currentThread().interrupt();
            throw new SessionUnusable("verification: interrupted");
        } catch (ExecutionException failed) {
            left.clear();
            throw failed.getCause() instanceof RepositoryException known
                    ? known
                    : new IllegalStateException("verification", failed.getCause());
        }
    }

    private List<PackId> chosen(Set<PackId> reached) {
        Set<PackId> recent = wanted.since() == null ? Set.of() : known.since(wanted.since(), isOpening);
        return reached.stream()
                .filter(this::isOfSample)
                .filter(pack -> !recent.contains(pack))
                .sorted(Comparator.comparing(PackId::toString))
                .toList();
    }

    private boolean isOfSample(PackId pack) {
        ByteBuffer drawn = ByteBuffer.allocate(3 * Long.BYTES + Integer.BYTES)
                .putLong(wanted.seed())
                .putLong(pack.session().value().getMostSignificantBits())
                .putLong(pack.session().value().getLeastSignificantBits())
                .putInt(pack.number());
        return Math.floorMod(Digest.of(drawn.array()).first(), PERCENT) < wanted.percent();
    }

    private long sizeBytes(PackId pack) {
        return parts.store
                .readEnd(PackNames.of(pack), 0)
                .map(BlobStore.End::sizeBytes)
                .orElse(0L);
    }

    private synchronized void count(long bytes) {
        bytesRead += bytes;
        progress.bytes(bytesRead, bytesWanted);
    }

    private synchronized void countPack() {
        packsRead++;
    }

    synchronized long packsRead() {
        return packsRead;
    }

    synchronized long bytesRead() {
        return bytesRead;
    }
}
