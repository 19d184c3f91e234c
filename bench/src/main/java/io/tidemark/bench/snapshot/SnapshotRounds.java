package io.tidemark.bench.snapshot;

import io.tidemark.bench.snapshot.HeldWrites.Held;
import io.tidemark.bench.snapshot.Places.Place;
import io.tidemark.bench.snapshot.Snapshots.Offer;
import io.tidemark.bench.snapshot.Snapshots.Taken;
import io.tidemark.bench.write.Latencies;
import io.tidemark.bench.write.PacedWriter;
import io.tidemark.bench.write.PausedDomain;
import io.tidemark.bench.write.WriteLog.Logged;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// Measures round after round: first each case is timed, then for each disk the writes without a snapshot, with one
/// of each mechanism in an order that follows from the seed and the round's number, and without one again.
final class SnapshotRounds {
    /// A cluster of the images; each is written to once in a pass.
    static final int GRANULE_BYTES = 64 * 1024;
    private static final int PATTERNS = 256;

    private final SnapshotSite site;
    private final List<Case> cases;
    /// By disk, what can be had of it while the domain is there.
    private final List<List<String>> mechanisms;
    private final int granules;
    private final long seed;

    /// @param mechanisms by disk of the paused domain
    /// @param granules of each disk, which are also the writes of a pass
    SnapshotRounds(SnapshotSite site, List<Case> cases, List<List<String>> mechanisms, int granules, long seed) {
        this.site = site;
        this.cases = cases;
        this.mechanisms = mechanisms;
        this.granules = granules;
        this.seed = seed;
    }

    /// What each disk of the paused domain can have, in their order.
    static List<List<String>> possible(SnapshotSite site) throws IOException, InterruptedException {
        Map<String, List<Offer>> offers = site.snapshots().offers(site.vm(SnapshotSite.PAUSED));
        List<List<String>> possible = new ArrayList<>();
        for (int disk = 0; disk < site.places().all().size(); disk++) {
            possible.add(offers.getOrDefault(PausedDomain.target(disk), List.of()).stream()
                    .filter(Offer::isPossible)
                    .map(Offer::mechanism)
                    .toList());
        }
        return possible;
    }

    /// Nothing of it is counted: it warms the page cache and the JVMs.
    void warmUp() throws IOException, InterruptedException {
        for (Case each : cases) {
            time(each, true);
        }
        for (int disk = 0; disk < mechanisms.size(); disk++) {
            pass(disk, places(0));
        }
    }

    /// @param number from 1
    SnapshotRound measure(int number) throws IOException, InterruptedException {
        Map<String, Timing> timings = new LinkedHashMap<>();
        for (Case each : cases) {
            timings.put(each.name(), time(each, number % 2 == 0));
        }
        Map<String, HeldWrites> writes = new LinkedHashMap<>();
        List<Place> places = site.places().all();
        for (int disk = 0; disk < places.size(); disk++) {
            writes.put(places.get(disk).word(), writes(disk, number));
        }
        return new SnapshotRound(number, timings, writes);
    }

    private Timing time(Case each, boolean isBareFirst) throws IOException, InterruptedException {
        Case.Bare bare = each.bare();
        Timing.Bare theirs = bare != null && isBareFirst ? time(bare) : null;
        site.places().settle();
        Taken taken = site.snapshots().take(each.wish());
        double dropMillis = site.snapshots().drop(taken);
        if (bare != null && !isBareFirst) {
            theirs = time(bare);
        }
        return new Timing(taken, dropMillis, theirs);
    }

    private Timing.Bare time(Case.Bare bare) throws IOException, InterruptedException {
        site.places().settle();
        double takeMillis = BareCommand.millis(site.libvirtd().folder(), bare.take());
        double dropMillis = BareCommand.millis(site.libvirtd().folder(), bare.drop());
        if (!bare.after().isEmpty()) {
            BareCommand.millis(site.libvirtd().folder(), bare.after());
        }
        return new Timing.Bare(bare.name(), takeMillis, dropMillis);
    }

    private HeldWrites writes(int disk, int number) throws IOException, InterruptedException {
        List<String> order = new ArrayList<>(mechanisms.get(disk));
        Collections.shuffle(order, new Random(seed + number));
        Latencies before = pass(disk, places(number));
        Map<String, Held> held = new LinkedHashMap<>();
        for (String mechanism : order) {
            held.put(mechanism, held(disk, mechanism, places(number * 31L + order.indexOf(mechanism))));
        }
        return new HeldWrites(before, pass(disk, places(-number)), held);
    }

    private Held held(int disk, String mechanism, List<Long> offsets) throws IOException, InterruptedException {
        Taken taken = site.snapshots()
                .take(Map.of(
                        "vm",
                        site.vm(SnapshotSite.PAUSED),
                        "disks",
                        List.of(PausedDomain.target(disk)),
                        "mechanism",
                        mechanism));
        Latencies first = pass(disk, offsets);
        Latencies again = pass(disk, offsets);
        site.places().settle();
        return new Held(first, again, site.snapshots().drop(taken) / 1000);
    }

    /// A place in each granule, the granules in an order of chance.
    private List<Long> places(long salt) {
        Random random = new Random(seed ^ salt);
        List<Long> places = LongStream.range(0, granules)
                .map(granule -> granule * GRANULE_BYTES
                        + (long) random.nextInt(GRANULE_BYTES / PacedWriter.WRITE_BYTES) * PacedWriter.WRITE_BYTES)
                .boxed()
                .collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(places, random);
        return places;
    }

    /// Writes to each place once, and answers what the writes took by QEMU's clock.
    private Latencies pass(int disk, List<Long> offsets) throws IOException, InterruptedException {
        site.places().settle();
        PacedWriter writer = new PacedWriter(site.paused(), disk);
        long logBytes = writer.logBytes();
        Random patterns = new Random(seed + logBytes);
        for (long offset : offsets) {
            writer.pace();
            writer.write(offset, patterns.nextInt(PATTERNS));
        }
        return Latencies.of(
                writer.logged(logBytes, offsets).stream().map(Logged::millis).toList());
    }
}
