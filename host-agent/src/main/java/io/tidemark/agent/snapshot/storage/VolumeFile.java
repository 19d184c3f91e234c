package io.tidemark.agent.snapshot.storage;

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
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The file of a volume, and the names of the files that a mechanism makes beside it: `FILE@NAME.SUFFIX`, with
/// `.partial` behind it until it is complete. A snapshot's name has no `@`, so no two volumes ever want the same
/// file.
///
/// @param path with symbolic links resolved
record VolumeFile(Path path, String suffix) {
    private static final String PARTIAL = ".partial";
    private static final char SEPARATOR = '@';
    /// Of a file's name on XFS, btrfs and ext4.
    private static final int NAME_BYTES_MAX = 255;

    /// The volume's file itself, which need not be there any more.
    static VolumeFile of(Volume volume, String suffix) {
        return new VolumeFile(resolved(volume.path()), suffix);
    }

    static Path resolved(Path path) {
        try {
            if (Files.exists(path)) {
                return path.toRealPath();
            }
            return HostCommands.folder(path).toRealPath().resolve(path.getFileName());
        } catch (IOException e) {
            throw new SnapshotException(
                    FailureReason.NO_SUCH_VOLUME, "volume " + path + ": expected a file, found " + e, e);
        }
    }

    /// What the volume lacks where its mechanism is one for files; empty if nothing.
    static Optional<String> whyNoFile(Volume volume) {
        if (!volume.path().isAbsolute()) {
            return Optional.of("expected an absolute path, found " + volume.path());
        }
        if (!Files.isRegularFile(volume.path())) {
            return Optional.of("expected a file, found " + (Files.exists(volume.path()) ? "another thing" : "none"));
        }
        return Optional.empty();
    }

    /// The file system's type, as in `/proc/mounts`.
    static String fileSystem(Path path) {
        try {
            return Files.getFileStore(path).type();
        } catch (IOException e) {
            throw new SnapshotException(FailureReason.NO_SUCH_VOLUME, "volume " + path + ": " + e, e);
        }
    }

    Path folder() {
        return HostCommands.folder(path);
    }

    /// Where the snapshot of that name lies, or would.
    Path snapshot(SnapshotName name) {
        return path.resolveSibling(fileName() + SEPARATOR + name + "." + suffix);
    }

    /// What a snapshot's file, or another complete file, is called until it is complete.
    static Path partial(Path file) {
        return file.resolveSibling(file.getFileName() + PARTIAL);
    }

    /// Whether a file is one of those.
    static boolean isPartial(Path file) {
        return file.toString().endsWith(PARTIAL);
    }

    /// What is to take the volume's place is called so until it is complete. No snapshot's name begins with a dot.
    Path replacement() {
        return path.resolveSibling(fileName() + SEPARATOR + ".revert" + PARTIAL);
    }

    /// Opaque, and the same for nobody else.
    String namespace() {
        return suffix + ":" + path;
    }

    private String fileName() {
        return String.valueOf(path.getFileName());
    }

    /// The snapshot of that name to be; `name-unfit` or `name-taken` where it cannot be.
    SnapshotMember planned(Volume volume, SnapshotMechanism mechanism, SnapshotName name) {
        Path file = snapshot(name);
        int bytes = partial(file).getFileName().toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > NAME_BYTES_MAX) {
            throw new SnapshotException(
                    FailureReason.NAME_UNFIT,
                    "snapshot " + name + " of " + volume + ": expected a file's name of at most " + NAME_BYTES_MAX
                            + " bytes, found " + bytes + ": " + partial(file).getFileName());
        }
        requireFreeName(volume, name, file);
        requireFreeName(volume, name, partial(file));
        return new SnapshotMember(
                volume.target(), volume.path().toString(), mechanism, name.value(), file.toString(), namespace());
    }

    private static void requireFreeName(Volume volume, SnapshotName name, Path file) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new SnapshotException(
                    FailureReason.NAME_TAKEN,
                    "snapshot " + name + ": expected a name that is free, found it with " + volume + ": " + file);
        }
    }

    /// The file of a snapshot that was planned. Its path is not taken from the member: that comes in a message.
    Path snapshot(SnapshotMember member) {
        Path file = snapshot(name(member));
        if (!file.toString().equals(member.newFile())) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "snapshot " + member.storageName() + " of volume " + path + ": expected the file " + file
                            + ", found " + member.newFile());
        }
        return file;
    }

    /// The name that a member bears, if it is one.
    static SnapshotName name(SnapshotMember member) {
        try {
            return new SnapshotName(member.storageName());
        } catch (IllegalArgumentException e) {
            throw new SnapshotException(FailureReason.NAME_UNFIT, String.valueOf(e.getMessage()), e);
        }
    }

    /// `snapshot-changed` if the snapshot's file is gone.
    static void requireThere(SnapshotMember member, Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "snapshot " + member.storageName() + " of volume " + member.volume() + ": expected the file " + file
                            + ", found none");
        }
    }

    /// One file of a snapshot that is beside the volume.
    ///
    /// @param isComplete false if the taking of it was cut off
    record Found(SnapshotName name, Path file, boolean isComplete, Instant bornAt) {}

    /// All of them in the order in which they were made.
    List<Found> found() {
        List<Found> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(), file -> isSnapshot(file))) {
            for (Path file : files) {
                boolean isComplete = !isPartial(file);
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                all.add(new Found(
                        nameOf(file).orElseThrow(),
                        file,
                        isComplete,
                        attributes.creationTime().toInstant()));
            }
        } catch (IOException e) {
            throw new SnapshotException(FailureReason.INTERNAL, "folder " + folder() + ": " + e, e);
        }
        all.sort(Comparator.comparing(Found::bornAt)
                .thenComparing(each -> each.file().toString()));
        return all;
    }

    private boolean isSnapshot(Path file) {
        return nameOf(file).isPresent();
    }

    /// The name that a file bears if it is called like a snapshot of this volume, complete or not.
    Optional<SnapshotName> nameOf(Path file) {
        String name = String.valueOf(file.getFileName());
        String complete = name.endsWith(PARTIAL) ? name.substring(0, name.length() - PARTIAL.length()) : name;
        String before = fileName() + SEPARATOR;
        String behind = "." + suffix;
        if (!complete.startsWith(before)
                || !complete.endsWith(behind)
                || complete.length() < before.length() + behind.length()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new SnapshotName(complete.substring(before.length(), complete.length() - behind.length())));
        } catch (IllegalArgumentException anotherFile) {
            return Optional.empty();
        }
    }
}
