package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The btrfs subvolume in which a volume's file lies.
///
/// @param root its folder
/// @param volume the file, with symbolic links resolved
record Subvolume(Path root, Path volume) {
    private static final String SNAPSHOTS = ".tidemark-snapshots";
    /// The inode of each subvolume's folder: btrfs, `BTRFS_FIRST_FREE_OBJECTID`.
    private static final long ROOT_INODE = 256;

    private static final long COVERED_BYTES_MIN = 1 << 20;
    private static final int COVERED_MAX = 20;
    private static final int LOOKED_AT_MAX = 10_000;
    private static final int DEPTH_MAX = 8;
    private static final Pattern UUID_LINE = Pattern.compile("(?m)^\\s*UUID:\\s*(\\S+)");
    /// `btrfs subvolume list -s -u -q` of btrfs-progs 6.2; times are the caller's zone's.
    private static final Pattern SNAPSHOT_LINE =
            Pattern.compile("ID .* otime (\\S+) (\\S+) parent_uuid (\\S+)\\s+uuid \\S+ path (.*)");

    static Subvolume of(Path volume) {
        for (Path folder = HostCommands.folder(volume); folder != null; folder = folder.getParent()) {
            if (inode(folder) == ROOT_INODE) {
                return new Subvolume(folder, volume);
            }
        }
        throw new SnapshotException(
                FailureReason.MECHANISM_UNAVAILABLE,
                "volume " + volume + ": expected it in a btrfs subvolume, found no folder with inode " + ROOT_INODE);
    }

    private static long inode(Path folder) {
        try {
            return Files.getAttribute(folder, "unix:ino") instanceof Long inode ? inode : 0;
        } catch (IOException e) {
            throw new SnapshotException(FailureReason.INTERNAL, "folder " + folder + ": " + e, e);
        }
    }

    /// Where our snapshots of it lie.
    Path folder() {
        return root.resolve(SNAPSHOTS);
    }

    Path snapshot(SnapshotName name) {
        return folder().resolve(name.value());
    }

    /// The volume's file as a snapshot has it.
    Path within(Path snapshot) {
        return snapshot.resolve(root.relativize(volume));
    }

    /// Files of a MiB or more in a folder, which may be volumes, as they are called in the subvolume; of many only
    /// some.
    List<String> covered(Path folder) {
        List<String> covered = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder, DEPTH_MAX)) {
            files.limit(LOOKED_AT_MAX)
                    .filter(Subvolume::isLarge)
                    .map(file -> root.resolve(folder.relativize(file)))
                    .filter(file -> !file.startsWith(folder()))
                    .limit(COVERED_MAX)
                    .forEach(file -> covered.add(file.toString()));
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new SnapshotException(FailureReason.INTERNAL, "folder " + folder + ": " + e, e);
        }
        return covered;
    }

    private static boolean isLarge(Path file) {
        try {
            return Files.isRegularFile(file) && Files.size(file) >= COVERED_BYTES_MIN;
        } catch (IOException goneMeanwhile) {
            return false;
        }
    }

    /// One snapshot of the subvolume.
    ///
    /// @param path in the file system, from its own root
    record Snapshot(String path, Instant takenAt) {}

    /// All of them, whoever made them, in the order of their ids, which rise.
    static List<Snapshot> snapshots(String shown, String listed) {
        Matcher uuid = UUID_LINE.matcher(shown);
        if (!uuid.find()) {
            throw new SnapshotException(
                    FailureReason.INTERNAL, "btrfs subvolume show: expected a UUID, found " + shown);
        }
        return listed.lines()
                .map(SNAPSHOT_LINE::matcher)
                .filter(line -> line.matches() && line.group(3).equals(uuid.group(1)))
                .map(line -> new Snapshot(line.group(4), time(line.group(1), line.group(2))))
                .toList();
    }

    private static Instant time(String date, String time) {
        return LocalDateTime.parse(date + "T" + time).toInstant(ZoneOffset.UTC);
    }

    /// The folder of a snapshot; empty if it lies outside of the subvolume.
    ///
    /// @param shown by `btrfs subvolume show`, whose first line is the subvolume's own path in the file system
    Optional<Path> absolute(String shown, Snapshot snapshot) {
        String own = shown.lines().findFirst().orElse("").strip();
        String before = own.equals("/") || own.equals("<FS_TREE>") ? "" : own + "/";
        return snapshot.path().startsWith(before)
                ? Optional.of(root.resolve(snapshot.path().substring(before.length())))
                : Optional.empty();
    }
}
