package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.qcow2.Qcow2Exception;
import io.tidemark.agent.qcow2.Qcow2Image;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/// The files of overlays: what they are called, and how one is made while its domain is off.
///
/// An overlay of the disk in `FOLDER/a.qcow2` is `FOLDER/a.qcow2.NAME.qcow2`, one more on top of it
/// `FOLDER/a.qcow2.OTHER.qcow2`: names do not grow with the chain.
final class OverlayFiles {
    private static final Logger LOG = Logger.getLogger(OverlayFiles.class);
    private static final String SUFFIX = ".qcow2";
    private static final String FRESH = ".tidemark-fresh";
    private static final String MERGING = ".tidemark-merging";
    /// Of Linux, for a file's name.
    private static final int NAME_BYTES_MAX = 255;
    /// What the header, the tables and a bitmap or two of an empty overlay take, with room to spare.
    private static final long EMPTY_BYTES_MAX = 4 << 20;

    private OverlayFiles() {}

    /// Where an overlay of that name would be. `name-unfit` if no file can have the name.
    static Path file(DiskChain chain, SnapshotName name) {
        Path stem = stem(chain);
        String file = stem.getFileName() + "." + name + SUFFIX;
        if (file.getBytes(StandardCharsets.UTF_8).length + MERGING.length() > NAME_BYTES_MAX) {
            throw new SnapshotException(
                    FailureReason.NAME_UNFIT,
                    "overlay of " + chain.top() + ": expected a file name of at most "
                            + (NAME_BYTES_MAX - MERGING.length()) + " bytes, found " + file);
        }
        return stem.resolveSibling(file);
    }

    /// The lowest image by which the top one is called.
    static Path stem(DiskChain chain) {
        Path top = chain.top();
        return chain.images().reversed().stream()
                .filter(image -> isCalledBy(top, image))
                .findFirst()
                .orElse(top);
    }

    private static boolean isCalledBy(Path overlay, Path image) {
        String file = String.valueOf(overlay.getFileName());
        return !overlay.equals(image)
                && String.valueOf(overlay.getParent()).equals(String.valueOf(image.getParent()))
                && file.startsWith(image.getFileName() + ".")
                && file.endsWith(SUFFIX);
    }

    /// What an overlay of the chain is called: the name that it was given here, else that of its file.
    static String name(DiskChain chain, Path overlay) {
        String file = String.valueOf(overlay.getFileName());
        int begin = chain.images().reversed().stream()
                .filter(image -> isCalledBy(overlay, image))
                .mapToInt(image -> String.valueOf(image.getFileName()).length() + 1)
                .findFirst()
                .orElse(0);
        int end = file.length() - SUFFIX.length();
        return begin == 0 || begin >= end ? file : file.substring(begin, end);
    }

    /// Removes what an attempt that was cut off has left of a planned overlay: a file that holds nothing of the
    /// guest, and that nobody has open. `name-taken` if it is more than that.
    static void removeLeftover(SnapshotMember planned) {
        Path file = file(planned);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isEmptyOn(file, Path.of(planned.volume()))) {
            throw new SnapshotException(
                    FailureReason.NAME_TAKEN, "overlay " + file + ": expected no file of that name, found one");
        }
        requireUnlocked(file);
        delete(file);
        LOG.infof("overlay %s of an attempt that was cut off is removed", file);
    }

    private static boolean isEmptyOn(Path file, Path volume) {
        try {
            long size = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : Long.MAX_VALUE;
            return size == 0 || (size <= EMPTY_BYTES_MAX && standsOn(file, volume) && holdsNothing(file));
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static boolean standsOn(Path file, Path volume) {
        return DiskChain.standing(file)
                .filter(standing -> standing.on().equals(volume.normalize()))
                .isPresent();
    }

    /// Whether an overlay holds nothing that a guest wrote.
    static boolean isEmpty(Path overlay) {
        try {
            return holdsNothing(overlay);
        } catch (IOException unreadable) {
            return false;
        }
    }

    /// Says, durably and before the first byte of a merge, that what the overlay holds is in the image below,
    /// or is on its way there: once the disk does not stand on it any more, it may go.
    static void markMerging(Path overlay) {
        Path mark = merging(overlay);
        try {
            if (!Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
                Files.createFile(mark);
                syncFolder(overlay);
            }
        } catch (IOException failed) {
            throw new RequestRefused("mark " + mark + ": cannot be made: " + failed.getMessage());
        }
    }

    static boolean isMarkedMerging(Path overlay) {
        return Files.exists(merging(overlay), LinkOption.NOFOLLOW_LINKS);
    }

    static void unmarkMerging(Path overlay) {
        delete(merging(overlay));
    }

    private static Path merging(Path overlay) {
        return overlay.resolveSibling(overlay.getFileName() + MERGING);
    }

    /// By what QEMU says of the file's clusters.
    private static boolean holdsNothing(Path file) throws IOException {
        String map = new String(
                QemuImg.asked("map", "-U", "--output=json", "-f", "qcow2", "--", file.toString()),
                StandardCharsets.UTF_8);
        return !map.contains("\"depth\": 0");
    }

    /// QEMU refuses to look at an image with its lock that somebody else has open to write.
    static void requireUnlocked(Path file) {
        if (sizeBytes(file) > 0) {
            QemuImg.write("info", "-f", "qcow2", "--", file.toString());
        }
    }

    private static long sizeBytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            return 0;
        }
    }

    static Path file(SnapshotMember member) {
        String file = member.newFile();
        if (file == null) {
            throw new IllegalArgumentException(
                    "overlay of volume " + member.volume() + ": expected a new file, found none");
        }
        return Path.of(file);
    }

    /// Makes an empty overlay with a recording bitmap for each that records in the image below, as libvirt does
    /// for a domain that runs: an increment needs the bitmap in all images down to that in which it began.
    static void make(Path overlay, Path below, String format) {
        create(overlay, below, format);
        recording(below, format)
                .forEach((name, granularityBytes) -> QemuImg.write(
                        "bitmap",
                        "--add",
                        "-g",
                        Long.toString(granularityBytes),
                        "-f",
                        "qcow2",
                        "--",
                        overlay.toString(),
                        name));
        own(overlay, below);
        sync(overlay);
    }

    private static void create(Path overlay, Path below, String format) {
        QemuImg.write("create", "-q", "-f", "qcow2", "-F", format, "-b", below.toString(), "--", overlay.toString());
    }

    /// An empty overlay in place of an old one, without bitmaps: they would tell nothing of what is dropped.
    /// Until [#replace] it lies beside it.
    static Path makeFresh(Path overlay, DiskChain.Standing standing) {
        Path fresh = fresh(overlay);
        delete(fresh);
        create(fresh, standing.on(), standing.format());
        own(fresh, overlay);
        sync(fresh);
        return fresh;
    }

    private static Path fresh(Path overlay) {
        return overlay.resolveSibling(overlay.getFileName() + FRESH);
    }

    /// Removes what a revert that was cut off has left beside the overlay.
    static void removeFresh(Path overlay) {
        delete(fresh(overlay));
    }

    static void replace(Path overlay, Path fresh) {
        try {
            Files.move(fresh, overlay, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new RequestRefused("overlay " + overlay + ": cannot be replaced: " + failed.getMessage());
        }
        syncFolder(overlay);
    }

    /// The granularities in bytes of the bitmaps that record, by their names. Empty where they cannot be read:
    /// then the chain has a gap, which ends their epochs.
    static Map<String, Long> recording(Path image, String format) {
        Map<String, Long> found = new LinkedHashMap<>();
        bitmaps(image, format).forEach((name, bitmap) -> {
            if (bitmap.state() == BitmapState.RECORDING) {
                found.put(name, bitmap.granularityBytes());
            }
        });
        return found;
    }

    /// All bitmaps of an image.
    static Map<String, BitmapView> bitmaps(Path image, String format) {
        if (!format.equals("qcow2")) {
            return Map.of();
        }
        try (Qcow2Image opened = Qcow2Image.open(image)) {
            return StoredBitmaps.of(opened.bitmaps());
        } catch (Qcow2Exception notRead) {
            return asked(image, format);
        } catch (IOException unreadable) {
            throw new RequestRefused(
                    "bitmaps of image " + image + ": expected it readable, found " + unreadable.getMessage());
        }
    }

    private static Map<String, BitmapView> asked(Path image, String format) {
        try {
            List<RestingChain.Layer> layers = RestingChain.asked(image.toString(), format);
            return layers.getFirst().bitmaps();
        } catch (IOException unreadable) {
            throw new RequestRefused(
                    "bitmaps of image " + image + ": expected it readable, found " + unreadable.getMessage());
        }
    }

    /// QEMU's user must be able to write what it writes to now.
    static void own(Path made, Path like) {
        try {
            Map<String, Object> of = Files.readAttributes(like, "unix:uid,gid,mode");
            for (String attribute : List.of("uid", "gid")) {
                Files.setAttribute(made, "unix:" + attribute, of.get(attribute));
            }
            Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(like));
        } catch (IOException | UnsupportedOperationException failed) {
            throw new RequestRefused(
                    "image " + made + ": cannot be given the owner of " + like + ": " + failed.getMessage());
        }
    }

    static void sync(Path file) {
        try (FileChannel opened = FileChannel.open(file, StandardOpenOption.WRITE)) {
            opened.force(true);
        } catch (IOException failed) {
            throw new RequestRefused("image " + file + ": cannot be made durable: " + failed.getMessage());
        }
        syncFolder(file);
    }

    static void syncFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
            opened.force(true);
        } catch (IOException failed) {
            throw new RequestRefused("folder " + folder + ": cannot be made durable: " + failed.getMessage());
        }
    }

    static void delete(Path file) {
        try {
            if (Files.deleteIfExists(file)) {
                syncFolder(file);
            }
        } catch (IOException kept) {
            throw new RequestRefused("image " + file + ": cannot be deleted: " + kept.getMessage());
        }
    }
}
