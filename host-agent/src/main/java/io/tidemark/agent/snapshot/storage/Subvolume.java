package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    private static final Pattern ID_LINE = Pattern.compile("(?m)^\\s*Subvolume ID:\\s*(\\d+)");
    /// The id of the subvolume that each file system begins with: btrfs, `BTRFS_FS_TREE_OBJECTID`.
    private static final String TOP_LEVEL = "5";
    /// Observed with btrfs-progs 6.2.
    private static final Pattern SNAPSHOT_LINE = Pattern.compile("ID .* top level (?<in>\\d+) "
            + "otime (?<day>\\S+) (?<time>\\S+) parent_uuid (?<of>\\S+)\\s+uuid \\S+ path (?<path>.*)");

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
        if (!Files.isDirectory(folder)) {
            return covered; // gone meanwhile
        }
        try (Stream<Path> files = Files.walk(folder, DEPTH_MAX)) {
            files.limit(LOOKED_AT_MAX)
                    .filter(Subvolume::isLarge)
                    .map(file -> root.resolve(folder.relativize(file)))
                    .filter(file -> !file.startsWith(folder()))
                    .limit(COVERED_MAX)
                    .forEach(file -> covered.add(file.toString()));
        } catch (IOException | UncheckedIOException e) {
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
    /// @param path from the subvolume's folder if it lies directly in it, else from the file system's own top level
    /// @param place its folder; null if it lies elsewhere
    record Snapshot(String path, Instant takenAt, @Nullable Path place) {}

    /// All of them, whoever made them, in the order of their ids, which rise.
    ///
    /// @param shown of the subvolume by `btrfs subvolume show`
    /// @param listed by `btrfs subvolume list -s -u -q` of the subvolume, with times in UTC
    List<Snapshot> snapshots(String shown, String listed) {
        String uuid = value(UUID_LINE, shown);
        String id = value(ID_LINE, shown);
        return listed.lines()
                .map(SNAPSHOT_LINE::matcher)
                .filter(line -> line.matches() && line.group("of").equals(uuid))
                .map(line -> snapshot(line, id))
                .toList();
    }

    private static String value(Pattern line, String shown) {
        Matcher found = line.matcher(shown);
        if (!found.find()) {
            throw new SnapshotException(
                    FailureReason.INTERNAL, "btrfs subvolume show: expected " + line + ", found " + shown);
        }
        return found.group(1);
    }

    private Snapshot snapshot(Matcher line, String id) {
        String path = line.group("path");
        boolean isWithin = line.group("in").equals(id) || id.equals(TOP_LEVEL);
        Instant takenAt = LocalDateTime.parse(line.group("day") + "T" + line.group("time"))
                .toInstant(ZoneOffset.UTC);
        return new Snapshot(path, takenAt, isWithin ? root.resolve(path) : null);
    }
}
