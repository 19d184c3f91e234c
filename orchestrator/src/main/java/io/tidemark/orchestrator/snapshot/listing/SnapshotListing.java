package io.tidemark.orchestrator.snapshot.listing;

import io.tidemark.orchestrator.snapshot.Snapshot;
import io.tidemark.orchestrator.snapshot.SnapshotState;
import io.tidemark.schemas.event.AgentEvent.MechanismReport;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.event.AgentEvent.VolumeReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a host sees, held against the catalog. Pure: no clock, no I/O.
///
/// @param missing members of catalogued snapshots that are not where they were: somebody else has removed them
public record SnapshotListing(List<ListedVolume> volumes, List<Missing> missing) {
    public SnapshotListing {
        volumes = List.copyOf(volumes);
        missing = List.copyOf(missing);
    }

    /// One volume.
    public record ListedVolume(VolumeReport report, List<ListedMechanism> mechanisms, List<ListedSnapshot> snapshots) {
        public ListedVolume {
            mechanisms = List.copyOf(mechanisms);
            snapshots = List.copyOf(snapshots);
        }
    }

    /// Whether the volume can have snapshots of a mechanism.
    ///
    /// @param sharesNamesWith the other volumes of the listing that take their names from the same place
    public record ListedMechanism(MechanismReport report, List<String> sharesNamesWith) {
        public ListedMechanism {
            sharesNamesWith = List.copyOf(sharesNamesWith);
        }
    }

    /// One snapshot that was found.
    ///
    /// @param ours null for one that nobody made through the catalog
    /// @param isLeftover whether the catalog takes it for deleted, or for never taken
    public record ListedSnapshot(
            SnapshotReport report, @Nullable Snapshot ours, boolean isLeftover) {}

    /// One volume's part of a catalogued snapshot that was not found.
    ///
    /// @param detail what was expected and what was found
    public record Missing(Snapshot snapshot, SnapshotMember member, String detail) {}

    /// What is seen, held against what is catalogued.
    ///
    /// @param seen the volumes as their host sees them
    /// @param catalogued the snapshots of the VM, or of the host's volumes that no VM has, whatever became of
    ///     them
    public static SnapshotListing of(List<VolumeReport> seen, List<Snapshot> catalogued) {
        return new SnapshotListing(
                seen.stream().map(volume -> listed(volume, seen, catalogued)).toList(), missing(seen, catalogued));
    }

    private static ListedVolume listed(VolumeReport volume, List<VolumeReport> seen, List<Snapshot> catalogued) {
        return new ListedVolume(
                volume,
                volume.mechanisms().stream()
                        .map(mechanism -> new ListedMechanism(mechanism, sharing(volume, mechanism, seen)))
                        .toList(),
                volume.snapshots().stream()
                        .map(found -> listed(volume, found, catalogued))
                        .toList());
    }

    private static List<String> sharing(VolumeReport volume, MechanismReport mechanism, List<VolumeReport> seen) {
        String namespace = mechanism.namespace();
        return seen.stream()
                .filter(other -> namespace != null && !other.volume().equals(volume.volume()))
                .filter(other ->
                        other.mechanisms().stream().anyMatch(each -> Objects.equals(each.namespace(), namespace)))
                .map(VolumeReport::volume)
                .toList();
    }

    private static ListedSnapshot listed(VolumeReport volume, SnapshotReport found, List<Snapshot> catalogued) {
        Optional<Snapshot> kept = catalogued.stream()
                .filter(snapshot -> snapshot.state().isKept() && isOf(snapshot, volume, found))
                .findFirst();
        if (kept.isPresent()) {
            return new ListedSnapshot(found, kept.get(), false);
        }
        Optional<Snapshot> ended = catalogued.stream()
                .filter(snapshot -> isOf(snapshot, volume, found) || bearsItsId(snapshot, found))
                .findFirst();
        return new ListedSnapshot(found, ended.orElse(null), ended.isPresent());
    }

    /// What is being created has no members yet, and is known by its name.
    private static boolean isOf(Snapshot snapshot, VolumeReport volume, SnapshotReport found) {
        return snapshot.state() == SnapshotState.CREATING
                ? found.storageName().equals(snapshot.order().name().value())
                : snapshot.members().stream().anyMatch(member -> is(member, volume, found));
    }

    private static boolean bearsItsId(Snapshot snapshot, SnapshotReport found) {
        return found.storageName().equals(SnapshotName.of(snapshot.id()).value());
    }

    private static boolean is(SnapshotMember member, VolumeReport volume, SnapshotReport found) {
        return member.mechanism() == found.mechanism()
                && member.storageName().equals(found.storageName())
                && isOn(member, volume);
    }

    /// A disk may stand on another file by now; its target is the same.
    private static boolean isOn(SnapshotMember member, VolumeReport volume) {
        boolean isDisk = member.target() != null && volume.target() != null;
        return isDisk
                ? Objects.equals(member.target(), volume.target())
                : member.volume().equals(volume.volume());
    }

    private static List<Missing> missing(List<VolumeReport> seen, List<Snapshot> catalogued) {
        List<Missing> missing = new ArrayList<>();
        for (Snapshot snapshot : catalogued) {
            for (SnapshotMember member : snapshot.members()) {
                if (snapshot.state() == SnapshotState.PRESENT) {
                    whyMissing(member, seen).ifPresent(why -> missing.add(new Missing(snapshot, member, why)));
                }
            }
        }
        return missing;
    }

    private static Optional<String> whyMissing(SnapshotMember member, List<VolumeReport> seen) {
        List<VolumeReport> volumes =
                seen.stream().filter(volume -> isOn(member, volume)).toList();
        if (volumes.isEmpty()) {
            return Optional.of("expected volume " + member.volume() + ", found none of its target or path");
        }
        if (member.mechanism() != SnapshotMechanism.QCOW2_OVERLAY
                && volumes.stream().noneMatch(volume -> member.volume().equals(volume.volume()))) {
            return Optional.empty(); // the disk stands on another image, where nobody looks for it
        }
        boolean isThere = volumes.stream()
                .anyMatch(volume -> volume.snapshots().stream().anyMatch(found -> is(member, volume, found)));
        return isThere
                ? Optional.empty()
                : Optional.of("expected " + member.mechanism().code() + " snapshot " + member.storageName()
                        + ", found that it was removed");
    }
}
