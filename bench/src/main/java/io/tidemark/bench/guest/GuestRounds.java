package io.tidemark.bench.guest;

import io.tidemark.bench.DataSet;
import io.tidemark.bench.Folders;
import io.tidemark.bench.Product;
import io.tidemark.bench.Program;
import io.tidemark.bench.Virtnbdbackup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Measures round after round: in each, first and last the writes without a backup, and between them the four
/// backups in an order that follows from the seed and the round's number. A round fails if a side fails, or if a
/// backup was not of the level that it was to be.
///
/// A backup that ends before enough writes were made is followed by another one of the same kind. The writes go on
/// to each backup's end, so that all of its phases are in what is measured.
final class GuestRounds {
    private static final int BACKUPS_MAX = 60;

    private final GuestSite site;
    private final DataSet disk;
    private final int writesMin;
    private final Injector main;
    private final Injector twin;
    private final Dirt dirt;
    private final Virtnbdbackup peer;
    // not final: a full of theirs begins another
    private int peerChains;

    /// One backup.
    private interface Backup {
        void run() throws IOException, InterruptedException;
    }

    /// @param writesMin how many writes a state has at least
    GuestRounds(GuestSite site, DataSet disk, int writesMin) throws IOException {
        this.site = site;
        this.disk = disk;
        this.writesMin = writesMin;
        this.main = new Injector(site.main(), disk.virtualBytes(), disk.seed());
        this.twin = new Injector(site.twin(), disk.virtualBytes(), disk.seed());
        this.dirt = Dirt.of(disk, site.folder());
        this.peer = new Virtnbdbackup(site.libvirtd(), site.folder().resolve("v"));
    }

    /// Nothing of it is counted: it warms the page cache and both JVMs, and begins the chains of both sides.
    void warmUp() throws IOException, InterruptedException {
        main.during(() -> ourBackup(true));
        main.during(() -> ourBackup(false));
        twin.during(this::theirFull);
        main.alone(writesMin / 5);
    }

    /// @param number from 1
    GuestRound measure(int number) throws IOException, InterruptedException {
        site.product().moveTo(GuestSite.repository(number));
        ourBackup(true); // an increment may come first
        List<GuestState> backups = new ArrayList<>(
                List.of(GuestState.FULL, GuestState.INCREMENT, GuestState.PEER_FULL, GuestState.PEER_INCREMENT));
        Collections.shuffle(backups, new Random(disk.seed() + number));
        Map<GuestState, StateRun> states = new LinkedHashMap<>();
        states.put(GuestState.BASELINE_BEFORE, measured(GuestState.BASELINE_BEFORE));
        for (GuestState state : backups) {
            states.put(state, measured(state));
        }
        states.put(GuestState.BASELINE_AFTER, measured(GuestState.BASELINE_AFTER));
        Folders.delete(site.folder().resolveSibling(GuestSite.repository(number)));
        return new GuestRound(number, states);
    }

    private StateRun measured(GuestState state) throws IOException, InterruptedException {
        return switch (state) {
            case BASELINE_BEFORE, BASELINE_AFTER -> {
                settle();
                yield new StateRun(List.of(requireJobs(0, main.alone(writesMin))), List.of());
            }
            case FULL -> during(main, () -> {}, () -> ourBackup(true));
            case INCREMENT -> during(main, () -> dirt.writeTo(site.main()), () -> ourBackup(false));
            case PEER_FULL -> during(twin, () -> {}, this::theirFull);
            case PEER_INCREMENT -> during(twin, () -> dirt.writeTo(site.twin()), this::theirIncrement);
        };
    }

    private StateRun during(Injector injector, Backup before, Backup backup) throws IOException, InterruptedException {
        List<Injected> injections = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        int writes = 0;
        while (writes < writesMin) {
            if (injections.size() == BACKUPS_MAX) {
                throw new IOException("writes during a backup job: expected " + writesMin + " within " + BACKUPS_MAX
                        + " backups, found " + writes);
            }
            before.run();
            settle();
            Injected injected = requireJobs(1, injector.during(() -> seconds.add(secondsOf(backup))));
            injections.add(injected);
            writes += injected.counted().size();
        }
        return new StateRun(injections, seconds);
    }

    private static Injected requireJobs(int expected, Injected injected) throws IOException {
        int found = injected.jobs().count();
        if (found != expected) {
            throw new IOException("backup jobs during the writes: expected " + expected + ", found " + found);
        }
        return injected;
    }

    private static double secondsOf(Backup backup) throws IOException, InterruptedException {
        long start = System.nanoTime();
        backup.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /// What earlier work has left to be written is written, so that nobody pays for another's bytes.
    private void settle() throws IOException, InterruptedException {
        Program.run(site.folder(), List.of("sync", "-f", site.folder().toString()));
    }

    private void ourBackup(boolean isFull) throws IOException, InterruptedException {
        Product product = site.product();
        product.requireLevel(product.backUp(isFull), isFull ? "full" : "incremental");
    }

    private void theirFull() throws IOException, InterruptedException {
        Path old = chain();
        peerChains++;
        peer.beginChain(site.twin().name(), chain());
        Folders.delete(old);
    }

    private void theirIncrement() throws IOException, InterruptedException {
        peer.increment(site.twin().name(), chain());
    }

    private Path chain() {
        return site.folder().resolve("chain-" + peerChains);
    }
}
