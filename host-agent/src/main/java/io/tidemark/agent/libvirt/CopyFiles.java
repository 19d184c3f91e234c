package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The files of one snapshot by copy before write, beside the volume `FILE`.
///
/// - `FILE@NAME.qemu-copy-before-write`: a qcow2 image on top of the volume, with the old blocks.
/// - with `.volume` behind it: the volume itself, from shortly before its domain is stopped for a revert until the
///   revert has ended. Nobody can start the domain meanwhile, and so it proves that nobody did.
/// - with `.reverted` behind it: empty, and says that the volume was put back.
///
/// @param volume of an absolute path
record CopyFiles(Path volume, SnapshotName name) {
    private static final String SUFFIX = "." + SnapshotMechanism.QEMU_COPY_BEFORE_WRITE.code();
    private static final String ASIDE = ".volume";
    private static final String REVERTED = ".reverted";
    /// Of Linux, for a file's name.
    private static final int NAME_BYTES_MAX = 255;
    private static final Duration PUT_BACK_LIMIT = Duration.ofHours(12);
    /// A bitmap that says by being there that the image was closed in order.
    static final String CLOSED = "closed-in-order";

    /// Of a member that comes in a command: its file is compared with the one that the name leads to.
    static CopyFiles of(SnapshotMember member) {
        SnapshotName name;
        try {
            name = new SnapshotName(member.storageName());
        } catch (IllegalArgumentException e) {
            throw new SnapshotException(FailureReason.NAME_UNFIT, String.valueOf(e.getMessage()), e);
        }
        CopyFiles files = new CopyFiles(Path.of(member.volume()), name);
        if (!files.blocks().toString().equals(member.newFile())) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    files + ": expected the file " + files.blocks() + ", found " + member.newFile());
        }
        return files;
    }

    /// The snapshot of that name to be; `name-unfit` or `name-taken` where it cannot be.
    static CopyFiles planned(Volume volume, SnapshotName name) {
        CopyFiles files = new CopyFiles(volume.path(), name);
        String longest = String.valueOf(files.reverted().getFileName());
        if (longest.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
            throw new SnapshotException(
                    FailureReason.NAME_UNFIT,
                    files + ": expected a file name of at most " + NAME_BYTES_MAX + " bytes, found " + longest);
        }
        for (Path file : List.of(files.blocks(), files.aside(), files.reverted())) {
            if (isThere(file)) {
                throw new SnapshotException(
                        FailureReason.NAME_TAKEN, files + ": expected a name that is free, found " + file);
            }
        }
        return files;
    }

    /// All of a volume of which there is any file, in no order.
    static List<CopyFiles> found(Path volume) {
        String before = volume.getFileName() + "@";
        List<CopyFiles> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(volume.resolveSibling(""))) {
            for (Path file : files) {
                String called = String.valueOf(file.getFileName());
                name(called, before)
                        .map(name -> new CopyFiles(volume, name))
                        .filter(each -> !found.contains(each))
                        .ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new SnapshotException(FailureReason.NO_SUCH_VOLUME, "folder of " + volume + ": " + e, e);
        }
        return found;
    }

    private static Optional<SnapshotName> name(String called, String before) {
        for (String end : List.of(SUFFIX, SUFFIX + ASIDE, SUFFIX + REVERTED)) {
            if (called.startsWith(before) && called.endsWith(end) && called.length() > before.length() + end.length()) {
                try {
                    return Optional.of(
                            new SnapshotName(called.substring(before.length(), called.length() - end.length())));
                } catch (IllegalArgumentException anotherFile) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    Path blocks() {
        return volume.resolveSibling(volume.getFileName() + "@" + name + SUFFIX);
    }

    Path aside() {
        return volume.resolveSibling(blocks().getFileName() + ASIDE);
    }

    Path reverted() {
        return volume.resolveSibling(blocks().getFileName() + REVERTED);
    }

    boolean isAside() {
        return isThere(aside());
    }

    boolean hasBlocks() {
        return isThere(blocks());
    }

    boolean isReverted() {
        return isThere(reverted());
    }

    private static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /// An image without blocks, in place of what an attempt that was cut off has left.
    void make(long sizeBytes) {
        OverlayFiles.delete(blocks());
        QemuImg.write(
                "create",
                "-q",
                "-u",
                "-f",
                "qcow2",
                "-F",
                "raw",
                "-b",
                volume.toString(),
                "--",
                blocks().toString(),
                Long.toString(sizeBytes));
        OverlayFiles.own(blocks(), volume);
        OverlayFiles.sync(blocks());
    }

    /// Takes the volume's name from it. A QEMU that has it open does not notice.
    void setAside() {
        if (!isAside()) {
            move(volume, aside());
        }
    }

    /// Gives the volume its name back.
    void comeBack() {
        if (isAside()) {
            move(aside(), volume);
        }
    }

    private void move(Path from, Path to) {
        try {
            if (isThere(to)) {
                throw new SnapshotException(
                        FailureReason.SNAPSHOT_CHANGED, this + ": expected no file " + to + ", found one");
            }
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new RequestRefused(this + ": " + from + " cannot be called " + to + ": " + failed.getMessage());
        }
        OverlayFiles.syncFolder(to);
    }

    /// Whether QEMU closed the image in order, so that every old block is in it: it stores its bitmaps then only.
    boolean isClosed() {
        return OverlayFiles.bitmaps(blocks(), "qcow2").containsKey(CLOSED);
    }

    /// Copies the old blocks into the volume that is set aside, and gives it its name back. Each step may be done
    /// again after it was cut off.
    void putBack() {
        if (!isReverted()) {
            QemuImg.write(PUT_BACK_LIMIT, "commit", "-q", "-d", "--", overAside());
            OverlayFiles.sync(aside());
            markReverted();
        }
        OverlayFiles.delete(blocks());
        comeBack();
    }

    /// The image as `qemu-img` takes it, on top of the volume where it lies now.
    private String overAside() {
        var image = Qmp.object().put("driver", "qcow2");
        image.set("file", file(blocks()));
        image.set("backing", Qmp.object().put("driver", "raw").set("file", file(aside())));
        return "json:" + image;
    }

    private static ObjectNode file(Path path) {
        return Qmp.object().put("driver", "file").put("filename", path.toString());
    }

    private void markReverted() {
        try {
            Files.createFile(reverted());
        } catch (IOException failed) {
            throw new RequestRefused(this + ": mark " + reverted() + " cannot be made: " + failed.getMessage());
        }
        OverlayFiles.syncFolder(reverted());
    }

    /// Those that are not the volume.
    void delete() {
        OverlayFiles.delete(blocks());
        OverlayFiles.delete(reverted());
    }

    /// For messages.
    @Override
    public String toString() {
        return "copy before write " + name + " of volume " + volume;
    }
}
