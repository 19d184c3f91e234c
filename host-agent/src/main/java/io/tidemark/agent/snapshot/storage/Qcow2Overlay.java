package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.agent.snapshot.storage.ImageFamily.Below;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Overlays on a volume that no domain has: `FILE@NAME.qcow2-overlay` beside it, also where the volume is such an
/// overlay of `FILE` itself. Who wrote to the volume writes to the newest overlay from then on.
///
/// A merge may be cut off: what lies above the image that it writes to never notices, and a mark beside the
/// overlay, `.merging` behind its name, keeps anybody from taking that image for the snapshot any more.
public final class Qcow2Overlay implements VolumeSnapshots {
    private static final String CUT_OFF = "nothing: it was cut off as it was taken, and can only be deleted";
    private static final String MERGING = "nothing: its merge was cut off, and can only be ended, by deleting it";

    private final HostCommands commands;

    public Qcow2Overlay(HostTools tools) {
        this.commands = new HostCommands(tools);
    }

    @Override
    public SnapshotMechanism mechanism() {
        return SnapshotMechanism.QCOW2_OVERLAY;
    }

    @Override
    public Optional<String> whyNot(Volume volume) {
        if (volume.target() != null) {
            return Optional.of("expected a volume that no domain has, found disk " + volume.target());
        }
        return VolumeFile.whyNoFile(volume)
                .or(() -> whyNotOn(VolumeFile.resolved(volume.path())))
                .or(() -> commands.lack("qemu-img", "--version", "qemu-utils"));
    }

    private static Optional<String> whyNotOn(Path image) {
        List<Path> above = ImageFamily.in(HostCommands.folder(image)).on(image);
        return above.isEmpty()
                ? Optional.empty()
                : Optional.of("expected the top of a chain, found what stands on it: " + above);
    }

    @Override
    public SnapshotMember plan(Volume volume, SnapshotName name) {
        Mechanisms.require(volume, mechanism(), whyNot(volume));
        commands.requireFree(volume);
        return named(volume).planned(volume, mechanism(), name);
    }

    private static Path folder(Volume volume) {
        return HostCommands.folder(VolumeFile.resolved(volume.path()));
    }

    /// The volume's file, or of one of our overlays the file that it is named after.
    private VolumeFile named(Volume volume) {
        Path image = VolumeFile.resolved(volume.path());
        String name = String.valueOf(image.getFileName());
        Path named = isOurs(image) ? image.resolveSibling(name.substring(0, name.lastIndexOf('@'))) : image;
        return new VolumeFile(named, mechanism().code());
    }

    /// Whether an image bears a name that we give.
    private boolean isOurs(Path image) {
        String name = String.valueOf(image.getFileName());
        return name.lastIndexOf('@') > 0 && name.endsWith("." + mechanism().code());
    }

    @Override
    public void take(Volume volume, SnapshotMember planned) {
        VolumeFile named = named(volume);
        Path overlay = named.snapshot(planned);
        Path partial = VolumeFile.partial(overlay);
        if (!Files.exists(overlay, LinkOption.NOFOLLOW_LINKS)) {
            var below = new Below(VolumeFile.resolved(volume.path()), volume.format());
            createEmpty(below, partial);
            commands.giveAttributes(below.path(), partial);
            commands.nameOnce(partial, overlay);
        }
        commands.remove(partial);
        commands.sync(named.folder());
    }

    private void createEmpty(Below below, Path overlay) {
        String format = below.format().code();
        commands.remove(overlay);
        commands.done(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                format,
                "-b",
                below.path().toString(),
                overlay.toString());
    }

    @Override
    public List<SnapshotReport> list(Volume volume) {
        Path image = VolumeFile.resolved(volume.path());
        ImageFamily family = ImageFamily.in(HostCommands.folder(image));
        VolumeFile named = named(volume);
        List<SnapshotReport> reports = new ArrayList<>();
        for (Path overlay : family.overlays(image, volume.format())) {
            String name = named.nameOf(overlay).map(SnapshotName::value).orElse(String.valueOf(overlay.getFileName()));
            reports.add(report(name, overlay, hanging(overlay, family)));
        }
        for (VolumeFile.Found found : named.found()) {
            if (!found.isComplete()) {
                reports.add(report(found.name().value(), found.file(), List.of(CUT_OFF)));
            }
        }
        return reports;
    }

    /// When it was made is not known any more after a revert, and how much a merge would free not before it.
    private SnapshotReport report(String name, Path overlay, List<String> hanging) {
        return new SnapshotReport(mechanism(), name, null, overlay.toString(), null, hanging);
    }

    private static List<String> hanging(Path overlay, ImageFamily family) {
        List<String> hanging = new ArrayList<>();
        if (Files.exists(mark(overlay))) {
            hanging.add(MERGING);
        }
        family.on(overlay).forEach(above -> hanging.add("overlay " + above + ", which stands on it"));
        beside(overlay, family).forEach(other -> hanging.add("overlay " + other + ", which stands on the same image"));
        return hanging;
    }

    /// The other overlays on what the overlay stands on.
    private static List<Path> beside(Path overlay, ImageFamily family) {
        return family.below(overlay, ImageFormat.QCOW2).stream()
                .flatMap(below -> family.on(below.path()).stream())
                .filter(other -> !other.equals(overlay))
                .toList();
    }

    private static Path mark(Path overlay) {
        return overlay.resolveSibling(overlay.getFileName() + ".merging");
    }

    @Override
    public void revert(Volume volume, SnapshotMember member) {
        ImageFamily family = ImageFamily.in(folder(volume));
        VolumeFile named = named(volume);
        Path overlay = named.snapshot(member);
        VolumeFile.requireThere(member, overlay);
        if (Files.exists(mark(overlay))) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "overlay " + overlay + ": expected it whole, found a merge that was begun; delete it to end that");
        }
        requireNone(overlay, "to be the newest one", family.on(overlay));
        commands.requireFree(asVolume(volume, overlay));
        createEmpty(below(overlay, family), named.replacement());
        commands.replace(named.replacement(), overlay);
    }

    private static Below below(Path overlay, ImageFamily family) {
        return family.below(overlay, ImageFormat.QCOW2)
                .orElseThrow(() -> new SnapshotException(
                        FailureReason.SNAPSHOT_CHANGED,
                        "overlay " + overlay + ": expected a qcow2 image on another one, found none"));
    }

    private static Volume asVolume(Volume volume, Path image) {
        return new Volume(volume.target(), image, ImageFormat.QCOW2, volume.isInUse());
    }

    private static void requireNone(Path overlay, String expected, List<Path> found) {
        if (!found.isEmpty()) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_NEEDED,
                    "overlay " + overlay + ": expected it " + expected + ", found " + found);
        }
    }

    @Override
    public void delete(Volume volume, SnapshotMember member) {
        ImageFamily family = ImageFamily.in(folder(volume));
        VolumeFile named = named(volume);
        Path overlay = named.snapshot(member);
        commands.remove(named.replacement());
        commands.remove(VolumeFile.partial(overlay));
        if (Files.exists(overlay, LinkOption.NOFOLLOW_LINKS)) {
            merge(volume, overlay, family);
        }
        commands.remove(mark(overlay));
        commands.sync(named.folder());
    }

    private void merge(Volume volume, Path overlay, ImageFamily family) {
        Below below = below(overlay, family);
        List<Path> above = family.on(overlay);
        // one that still runs for an agent that died
        commands.doneAtLength("flock", overlay.toString(), "true");
        // those that a merge which was cut off has moved, after it was done
        List<Path> moved = Files.exists(mark(overlay)) ? ours(beside(overlay, family)) : List.of();
        requireNone(overlay, "to be alone on " + below.path(), without(beside(overlay, family), moved));
        requireNone(overlay, "to bear none but our overlays", without(above, ours(above)));
        commands.requireFree(asVolume(volume, overlay));
        above.forEach(each -> commands.requireFree(asVolume(volume, each)));
        if (moved.isEmpty()) {
            commit(overlay, below);
        }
        above.forEach(each -> rebase(each, below));
        commands.remove(overlay);
        commands.sync(HostCommands.folder(overlay));
    }

    private List<Path> ours(List<Path> images) {
        return images.stream().filter(this::isOurs).toList();
    }

    private static List<Path> without(List<Path> images, List<Path> left) {
        return images.stream().filter(each -> !left.contains(each)).toList();
    }

    private void commit(Path overlay, Below below) {
        commands.done("touch", "--", mark(overlay).toString());
        commands.sync(HostCommands.folder(overlay));
        String path = overlay.toString();
        commands.doneAtLength("flock", path, "qemu-img", "commit", "-q", "-d", "-f", "qcow2", path);
        commands.sync(below.path());
    }

    /// Only the name of what it stands on: the bytes are the same.
    private void rebase(Path overlay, Below below) {
        String format = below.format().code();
        commands.done(
                "qemu-img",
                "rebase",
                "-u",
                "-f",
                "qcow2",
                "-F",
                format,
                "-b",
                below.path().toString(),
                overlay.toString());
        commands.sync(overlay);
    }
}
