package io.tidemark.bench.snapshot;

import io.tidemark.bench.snapshot.Case.Bare;
import io.tidemark.bench.snapshot.Places.Place;
import io.tidemark.bench.snapshot.Snapshots.Offer;
import io.tidemark.bench.write.PausedDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Which snapshots are timed: one for each mechanism that a disk of a guest, or a volume that no VM has, can have
/// here, one with memory, and one of a whole VM over all places.
final class Cases {
    static final String WHOLE_VM = "whole-vm";
    static final String WITH_MEMORY = "qcow2-internal-with-memory";
    private static final String PEER = "peer";

    private final SnapshotSite site;
    private final Consumer<String> say;
    private final List<Case> all = new ArrayList<>();

    private Cases(SnapshotSite site, Consumer<String> say) {
        this.site = site;
        this.say = say;
    }

    /// @param say is told what is left out, and why
    static List<Case> of(SnapshotSite site, Consumer<String> say) throws IOException, InterruptedException {
        Cases cases = new Cases(site, say);
        cases.addDisk(SnapshotSite.QCOW2_GUEST, 0, "qcow2");
        List<Place> places = site.places().all();
        for (int disk = 1; disk < places.size(); disk++) {
            cases.addDisk(SnapshotSite.MIXED_GUEST, disk, places.get(disk).word());
        }
        cases.addCopy();
        cases.addMemory();
        cases.addWhole();
        return List.copyOf(cases.all);
    }

    private void addDisk(String domain, int disk, String word) throws IOException, InterruptedException {
        String target = PausedDomain.target(disk);
        for (Offer offer : site.snapshots().offers(site.vm(domain)).getOrDefault(target, List.of())) {
            String name = offer.mechanism() + "-of-" + word;
            if (!offer.isPossible()) {
                say.accept("left out: " + name + ": " + offer.whyNot());
            } else {
                all.add(new Case(name, wish(domain, target, offer.mechanism()), bare(offer.mechanism(), domain, disk)));
            }
        }
    }

    private Map<String, Object> wish(String domain, String target, String mechanism) {
        Map<String, Object> wish = ofVm(domain);
        wish.put("disks", List.of(target));
        wish.put("mechanism", mechanism);
        return wish;
    }

    private Map<String, Object> ofVm(String domain) {
        Map<String, Object> wish = new LinkedHashMap<>();
        wish.put("vm", site.vm(domain));
        wish.put("quiesce", false);
        return wish;
    }

    /// Of a disk of the mixed guest where the storage is meant, else of the guest in qcow2.
    private @Nullable Bare bare(String mechanism, String domain, int disk) {
        return switch (mechanism) {
            case "qcow2-overlay" -> overlay(domain, disk);
            case "qcow2-internal" -> internal();
            case "reflink" -> copy(image(disk), "--reflink=always");
            case "btrfs" -> {
                String subvolume = image(disk).resolveSibling("").toString();
                String snapshot = image(disk).resolveSibling(PEER).toString();
                yield new Bare(
                        "btrfs subvolume",
                        List.of("btrfs", "subvolume", "snapshot", "-r", subvolume, snapshot),
                        List.of("btrfs", "subvolume", "delete", snapshot),
                        List.of());
            }
            default -> null;
        };
    }

    private Path image(int disk) {
        return site.places().all().get(disk).guest().resolve("disk.raw");
    }

    private Bare copy(Path source, String reflink) {
        String target = source + "." + PEER;
        return new Bare(
                "cp " + reflink,
                List.of("cp", reflink, "--sparse=auto", source.toString(), target),
                List.of("rm", target),
                List.of());
    }

    /// libvirt refuses where a disk that is left out is not named.
    private Bare overlay(String domain, int disk) {
        String overlay =
                site.places().all().getFirst().guest().resolve("peer.qcow2").toString();
        List<String> take = virsh(
                "snapshot-create-as",
                domain,
                PEER,
                "--disk-only",
                "--atomic",
                "--no-metadata",
                "--diskspec",
                PausedDomain.target(disk) + ",snapshot=external,file=" + overlay);
        int disks = domain.equals(SnapshotSite.QCOW2_GUEST) ? 2 : 3;
        for (int other = 0; other < disks; other++) {
            if (other != disk) {
                take.addAll(List.of("--diskspec", PausedDomain.target(other) + ",snapshot=no"));
            }
        }
        return new Bare(
                "virsh",
                take,
                virsh("blockcommit", domain, PausedDomain.target(disk), "--active", "--pivot", "--wait"),
                List.of("rm", overlay));
    }

    /// With the guest's memory, as libvirt takes none without it of a domain that runs.
    private Bare internal() {
        return new Bare(
                "virsh, with memory",
                virsh("snapshot-create-as", SnapshotSite.QCOW2_GUEST, PEER),
                virsh("snapshot-delete", SnapshotSite.QCOW2_GUEST, PEER),
                List.of());
    }

    private List<String> virsh(String... arguments) {
        List<String> line =
                new ArrayList<>(List.of("virsh", "-q", "-c", site.libvirtd().uri()));
        line.addAll(List.of(arguments));
        return line;
    }

    private void addCopy() throws IOException {
        String path = site.looseVolume().toString();
        all.add(new Case(
                "full-copy",
                Map.of("host", site.host(), "volumes", List.of(path), "mechanism", "full-copy"),
                copy(site.looseVolume(), "--reflink=never")));
    }

    private void addMemory() {
        Map<String, Object> wish = ofVm(SnapshotSite.QCOW2_GUEST);
        wish.put("memory", true);
        all.add(new Case(WITH_MEMORY, wish, internal()));
    }

    private void addWhole() {
        if (site.places().all().size() < 2) {
            say.accept("left out: " + WHOLE_VM + ": its disks would all lie in one place");
            return;
        }
        Map<String, Object> wish = ofVm(SnapshotSite.MIXED_GUEST);
        wish.put("quiesce", true);
        List<Place> places = site.places().all();
        for (int disk = 1; disk < places.size(); disk++) {
            if (places.get(disk).word().equals(Places.BTRFS)) {
                wish.put("mechanisms", Map.of(PausedDomain.target(disk), "btrfs"));
            }
        }
        all.add(new Case(WHOLE_VM, wish, null));
    }
}
