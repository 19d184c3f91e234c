package io.tidemark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.bench.Meter.Measured;
import io.tidemark.bench.Round.Both;
import io.tidemark.bench.Round.Increments;
import io.tidemark.bench.Round.Stored;
import io.tidemark.demo.PrivateLibvirtd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Measures round after round: in each, every side does every piece of work once, and who begins changes from round
/// to round. A round fails if a side fails, or if a backup was not of the level that it was to be.
final class BackupRounds {
    private static final String QCOW2 = "qcow2";
    private static final String RAW = "raw";
    private static final int EPOCH_QUESTIONS = 20;

    private final PrivateLibvirtd libvirtd;
    private final BenchGuests guests;
    private final Product product;
    private final Meter meter;
    private final Virtnbdbackup virtnbdbackup;
    private final Nbdcopy nbdcopy;
    private final Path folder;

    /// One side of a piece of work.
    private interface Side<T> {
        T measured() throws IOException, InterruptedException;
    }

    /// Both sides of it.
    private record Turn<T, U>(T ours, U theirs) {}

    /// A backup of the peer, and how long it then took to be on the disk.
    private record Synced(Cost cost, double syncSeconds) {}

    /// @param folder for what the peers write, what is restored and what goes with the round
    BackupRounds(PrivateLibvirtd libvirtd, BenchGuests guests, Product product, Path folder) throws IOException {
        this.libvirtd = libvirtd;
        this.guests = guests;
        this.product = product;
        this.folder = Files.createDirectories(folder);
        this.meter = new Meter(libvirtd, folder);
        this.virtnbdbackup = new Virtnbdbackup(libvirtd, folder.resolve("v"));
        this.nbdcopy = new Nbdcopy(libvirtd, folder.resolve("n"));
    }

    /// A round that is not counted: it brings the source into the page cache, warms the agent's JVM, begins
    /// virtnbdbackup's chain on the twin, and compares what both sides restore.
    void warmUp() throws IOException, InterruptedException {
        virtnbdbackup.beginChain(guests.twin(), chain());
        measure(0);
    }

    /// @param number the order of the sides follows from it; 0 also compares the restored disks
    Round measure(int number) throws IOException, InterruptedException {
        boolean isOursFirst = number % 2 == 0;
        Path theirs = folder.resolve("theirs");
        Path restored = Folders.fresh(folder.resolve("restored"));
        Cost early = isOursFirst ? null : nbdcopy();
        Turn<Measured<String>, Synced> full = inTurn(isOursFirst, () -> ourBackup(true), () -> theirFull(theirs));
        Cost copied = early == null ? nbdcopy() : early;
        String point = full.ours().result();
        product.requireLevel(point, "full");
        Turn<Cost, Cost> restore =
                inTurn(isOursFirst, () -> ourRestore(point, restored, QCOW2), () -> theirRestore(theirs, restored));
        Cost rawRestore = ourRestore(point, restored, RAW);
        if (number == 0) {
            requireSame(restored);
        }
        var stored = new Stored(sumOverDisks(point, "storedBytes"), virtnbdbackup.storedBytes(theirs));
        Folders.delete(theirs);
        Folders.delete(restored);
        return new Round(
                new Both(full.ours().cost(), full.theirs().cost()),
                full.theirs().syncSeconds(),
                copied,
                new Both(restore.ours(), restore.theirs()),
                rawRestore,
                stored,
                increments(isOursFirst),
                epochQuestionMillis());
    }

    /// The median of some questions, one after the other, of a disk that was just backed up.
    private double epochQuestionMillis() throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        for (int question = 0; question < EPOCH_QUESTIONS; question++) {
            millis.add(product.askForEpoch(BenchGuests.DATA_DISK));
        }
        return Spread.of(millis).median();
    }

    private static <T, U> Turn<T, U> inTurn(boolean isOursFirst, Side<T> ours, Side<U> theirs)
            throws IOException, InterruptedException {
        if (isOursFirst) {
            T first = ours.measured();
            return new Turn<>(first, theirs.measured());
        }
        U first = theirs.measured();
        return new Turn<>(ours.measured(), first);
    }

    private Measured<String> ourBackup(boolean isFull) throws IOException, InterruptedException {
        Nbdcopy.awaitNoJob(libvirtd, guests.main());
        return meter.ofProcess(guests.main(), product.agentPid(), () -> product.backUp(isFull));
    }

    private Synced theirFull(Path output) throws IOException, InterruptedException {
        Nbdcopy.awaitNoJob(libvirtd, guests.main());
        Cost cost = meter.ofPrograms(guests.main(), () -> virtnbdbackup.copy(guests.main(), output));
        return new Synced(cost, meter.settle());
    }

    private Cost nbdcopy() throws IOException, InterruptedException {
        Nbdcopy.awaitNoJob(libvirtd, guests.main());
        return meter.ofPrograms(guests.main(), () -> nbdcopy.readAll(guests.main()));
    }

    private Cost ourRestore(String point, Path restored, String format) throws IOException, InterruptedException {
        Path image = ourImage(restored, format);
        return meter.ofProcess(
                        guests.main(),
                        product.agentPid(),
                        () -> product.restore(point, BenchGuests.DATA_DISK, image, format))
                .cost();
    }

    private Cost theirRestore(Path backup, Path restored) throws IOException, InterruptedException {
        Path target = Files.createDirectories(restored.resolve("theirs"));
        return meter.ofPrograms(guests.main(), () -> virtnbdbackup.restore(backup, BenchGuests.DATA_DISK, target));
    }

    private static Path ourImage(Path restored, String format) {
        return restored.resolve("ours." + format);
    }

    private Increments increments(boolean isOursFirst) throws IOException, InterruptedException {
        Turn<Measured<String>, Cost> turn = inTurn(isOursFirst, () -> ourBackup(false), this::theirIncrement);
        String point = turn.ours().result();
        product.requireLevel(point, "incremental");
        Map<String, Long> phases = product.phases(point);
        long millis = PhaseLog.untilCommit(phases)
                .orElseThrow(() -> new IOException(
                        "agent's log: expected a phase commit of point " + point + ", found " + phases));
        Both cost = new Both(turn.ours().cost(), turn.theirs());
        return new Increments(cost, millis, sumOverDisks(point, "dirtyBytes"), phases);
    }

    private Cost theirIncrement() throws IOException, InterruptedException {
        Nbdcopy.awaitNoJob(libvirtd, guests.twin());
        return meter.ofPrograms(guests.twin(), () -> virtnbdbackup.increment(guests.twin(), chain()));
    }

    private Path chain() {
        return folder.resolve("chain");
    }

    private long sumOverDisks(String point, String field) throws IOException, InterruptedException {
        long sum = 0;
        for (JsonNode disk : product.point(point).path("disks")) {
            sum += disk.path(field).asLong();
        }
        return sum;
    }

    private void requireSame(Path restored) throws IOException, InterruptedException {
        Path theirs = restored.resolve("theirs/" + BenchGuests.DATA_DISK + "." + QCOW2);
        for (String format : List.of(QCOW2, RAW)) {
            Path ours = ourImage(restored, format);
            Program.run(
                    folder,
                    List.of(
                            "qemu-img",
                            "compare",
                            "-q",
                            "-f",
                            format,
                            "-F",
                            QCOW2,
                            ours.toString(),
                            theirs.toString()));
        }
    }
}
