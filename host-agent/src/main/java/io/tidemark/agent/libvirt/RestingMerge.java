package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/// Merges an overlay of a domain that is off into the image below. `qemu-img` holds the locks of both
/// meanwhile: a start is refused by QEMU then.
///
/// The overlay is left as it is until the domain, or the image above, stands on the one below. So the disk holds
/// the same bytes at each moment, and each step may be done again.
///
/// @param above the image that stands on the overlay; empty if the domain does
record RestingMerge(String target, List<Path> above, Path overlay, DiskChain.Standing below) {
    private static final Duration COMMIT_LIMIT = Duration.ofHours(12);

    static RestingMerge of(DiskChain chain, Path overlay, Path below) {
        DiskChain.Standing standing = DiskChain.standing(overlay)
                .filter(found -> found.on().equals(below.normalize()))
                .orElseThrow(() -> new SnapshotException(
                        FailureReason.SNAPSHOT_CHANGED,
                        "overlay " + overlay + ": expected it on " + below + ", found it elsewhere"));
        List<Path> above = chain.above(overlay);
        return new RestingMerge(
                chain.disk().target(),
                above.isEmpty() ? List.of() : List.of(above.getFirst()),
                overlay,
                new DiskChain.Standing(below, standing.format()));
    }

    /// All that needs no libvirt. Of the bitmaps with our mark those stay that record in both images, or begin in
    /// the overlay: an increment across an image without the bitmap would lack what was written there.
    void run() {
        Map<String, Long> recording = OverlayFiles.recording(overlay, "qcow2");
        removeBroken(recording.keySet());
        recording.keySet().retainAll(OverlayFiles.recording(overlay, "qcow2").keySet());
        QemuImg.write(COMMIT_LIMIT, "commit", "-q", "-f", "qcow2", "-d", "--", overlay.toString());
        if (below.format().equals("qcow2")) {
            Map<String, BitmapView> there = OverlayFiles.bitmaps(below.on(), below.format());
            recording.forEach((name, granularityBytes) -> mergeBitmap(name, granularityBytes, there.get(name)));
        }
        above.forEach(image -> QemuImg.write(
                "rebase",
                "-u",
                "-f",
                "qcow2",
                "-F",
                below.format(),
                "-b",
                below.on().toString(),
                "--",
                image.toString()));
    }

    /// From the overlay first: else one that is gone below would be begun there anew, from the overlay's alone,
    /// if this were cut off between the two.
    private void removeBroken(Set<String> recording) {
        OverlayFiles.bitmaps(below.on(), below.format()).forEach((name, bitmap) -> {
            boolean isWhole = recording.contains(name) && bitmap.state() == BitmapState.RECORDING;
            if (name.startsWith(BackupOrder.MARK) && !isWhole) {
                if (recording.contains(name)) {
                    remove(overlay, "qcow2", name);
                }
                remove(below.on(), below.format(), name);
            }
        });
    }

    private static void remove(Path image, String format, String bitmap) {
        QemuImg.write("bitmap", "--remove", "-f", format, "--", image.toString(), bitmap);
    }

    /// What the commit itself has marked is marked in both.
    private void mergeBitmap(String name, long granularityBytes, @Nullable BitmapView there) {
        String image = below.on().toString();
        if (there == null) {
            QemuImg.write(
                    "bitmap", "--add", "-g", Long.toString(granularityBytes), "-f", below.format(), "--", image, name);
        }
        if (there == null || there.state() == BitmapState.RECORDING) {
            QemuImg.write(
                    "bitmap",
                    "--merge",
                    name,
                    "-b",
                    overlay.toString(),
                    "-F",
                    "qcow2",
                    "-f",
                    below.format(),
                    "--",
                    image,
                    name);
        }
    }

    /// Has the domain stand on the image below, if it stands on the overlay.
    void finish(Domain domain) throws LibvirtException {
        Overlays.requireOff(domain);
        if (above.isEmpty()) {
            DomainImages.define(domain, Map.of(target, new DomainImages.Image(below.on(), below.format())));
        }
    }
}
