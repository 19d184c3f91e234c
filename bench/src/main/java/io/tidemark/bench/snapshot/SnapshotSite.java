package io.tidemark.bench.snapshot;

import io.tidemark.bench.DataSet;
import io.tidemark.bench.snapshot.Places.Place;
import io.tidemark.bench.write.PausedDomain;
import io.tidemark.demo.GuestFiles;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.demo.TinyGuest;
import io.tidemark.demo.tour.Tidemark;
import io.tidemark.embedded.launcher.AllInOne;
import io.tidemark.embedded.launcher.Cleanup;
import io.tidemark.embedded.launcher.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// All that is needed to measure: places for disks, a private libvirtd, two running guests, a paused domain with a
/// disk in each place, a volume that no VM has, and the product.
final class SnapshotSite implements AutoCloseable {
    /// Of which the time until a snapshot is there is measured, on disks in qcow2 alone.
    static final String QCOW2_GUEST = "bench-qcow2";
    /// The same with a disk in each place.
    static final String MIXED_GUEST = "bench-mixed";
    /// Whose writes are measured.
    static final String PAUSED = "bench-writes";

    private final Cleanup cleanup;
    private final Places places;
    private final PrivateLibvirtd libvirtd;
    private final PausedDomain paused;
    private final AllInOne all;
    private final Map<String, String> vms = new HashMap<>();

    /// Where everything is, and what is needed to start it.
    ///
    /// @param home an empty folder with a short path, as sockets lie in it
    /// @param libvirtd the folder of the private libvirtd
    /// @param sourceTree where the applications were built
    /// @param cache where files of guests are kept between runs
    /// @param disk what each disk of the paused domain holds, and the volume that no VM has
    /// @param fileSystemBytes of each file system that is made
    record Plan(Path home, Path libvirtd, Path sourceTree, Path cache, DataSet disk, long fileSystemBytes) {}

    private SnapshotSite(Cleanup cleanup, Places places, PrivateLibvirtd libvirtd, PausedDomain paused, AllInOne all) {
        this.cleanup = cleanup;
        this.places = places;
        this.libvirtd = libvirtd;
        this.paused = paused;
        this.all = all;
    }

    /// @param say is told what is left out, and why
    static SnapshotSite start(Plan plan, Consumer<String> say) throws IOException, InterruptedException {
        GuestFiles files = GuestFiles.prepare(plan.cache());
        Cleanup cleanup = new Cleanup();
        try {
            // mounts first: libvirtd has a mount namespace of its own
            Places places = Places.make(cleanup, plan.home(), plan.fileSystemBytes(), say);
            PrivateLibvirtd libvirtd = cleanup.add(PrivateLibvirtd.start(plan.libvirtd()));
            PausedDomain paused = cleanup.add(PausedDomain.start(libvirtd, PAUSED, disks(plan, places), _ -> {}));
            cleanup.add(TinyGuest.start(libvirtd, files, qcow2Guest(places)));
            TinyGuest mixed = cleanup.add(TinyGuest.start(libvirtd, files, mixedGuest(places)));
            plan.disk().write(looseVolume(places));
            AllInOne all = AllInOne.start(settings(plan, libvirtd), cleanup);
            SnapshotSite site = new SnapshotSite(cleanup, places, libvirtd, paused, all);
            for (String name : List.of(QCOW2_GUEST, MIXED_GUEST, PAUSED)) {
                site.vms.put(name, new Tidemark(all.rest()).awaitVm(name));
            }
            mixed.awaitAgent();
            return site;
        } catch (IOException | InterruptedException | RuntimeException e) {
            cleanup.close();
            throw e;
        }
    }

    private static List<PausedDomain.Disk> disks(Plan plan, Places places) throws IOException, InterruptedException {
        List<PausedDomain.Disk> disks = new ArrayList<>();
        for (Place place : places.all()) {
            Path image = place.paused().resolve("disk." + place.format());
            if (place.format().equals("qcow2")) {
                plan.disk().create(place.paused(), image);
            } else {
                plan.disk().write(image);
            }
            disks.add(new PausedDomain.Disk(image, place.format()));
        }
        return disks;
    }

    private static TinyGuest.Spec qcow2Guest(Places places) throws IOException {
        Path folder = places.all().getFirst().guest().resolve("q");
        return TinyGuest.Spec.of(QCOW2_GUEST, Files.createDirectory(folder)).with(TinyGuest.Mode.IDLE);
    }

    private static TinyGuest.Spec mixedGuest(Places places) throws IOException {
        Path folder = places.all().getFirst().guest().resolve("m");
        TinyGuest.Spec spec = TinyGuest.Spec.of(MIXED_GUEST, Files.createDirectory(folder))
                .with(TinyGuest.Mode.IDLE)
                .withRawDisk();
        int disk = 1;
        for (Place place : places.all().subList(1, places.all().size())) {
            spec = spec.withRawFile(disk, place.guest().resolve("disk.raw"));
            disk++;
        }
        return spec;
    }

    private static Path looseVolume(Places places) {
        return places.all().getFirst().guest().resolve("loose.raw");
    }

    private static Settings settings(Plan plan, PrivateLibvirtd libvirtd) {
        return new Settings(
                plan.home().resolve("h"),
                libvirtd.uri(),
                Settings.Builds.of(plan.sourceTree()),
                Map.of(),
                Map.of(),
                Map.of());
    }

    Places places() {
        return places;
    }

    PrivateLibvirtd libvirtd() {
        return libvirtd;
    }

    /// Its disks are those of the places, in their order.
    PausedDomain paused() {
        return paused;
    }

    /// The id under which the product knows a domain.
    String vm(String domain) {
        return Objects.requireNonNull(vms.get(domain), domain);
    }

    /// The id under which the product knows this machine.
    String host() throws IOException {
        return all.hostId();
    }

    Path looseVolume() {
        return looseVolume(places);
    }

    Snapshots snapshots() {
        return new Snapshots(all.rest());
    }

    @Override
    public void close() throws IOException {
        cleanup.close();
    }
}
