package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.agent.snapshot.storage.HostTools.Answer;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Snapshots that are files which share the volume's blocks, on XFS and btrfs (`FICLONE`, ioctl_ficlone(2)):
/// `FILE@NAME.reflink`. A revert puts a new file in the volume's place, which shares the snapshot's blocks.
public final class Reflink implements VolumeSnapshots {
    /// `filefrag -v` of e2fsprogs 1.47: " ext: logical_offset: physical_offset: length: expected: flags:".
    private static final Pattern EXTENT =
            Pattern.compile("\\s*\\d+:\\s*\\d+\\.\\.\\s*\\d+:\\s*\\d+\\.\\.\\s*\\d+:\\s*(\\d+):(.*)");

    private static final Pattern BLOCK = Pattern.compile("blocks? of (\\d+) bytes\\)");

    private final HostCommands commands;
    private final BesideCopies copies;

    public Reflink(HostTools tools) {
        this.commands = new HostCommands(tools);
        this.copies = new BesideCopies(SnapshotMechanism.REFLINK, commands);
    }

    @Override
    public SnapshotMechanism mechanism() {
        return SnapshotMechanism.REFLINK;
    }

    @Override
    public Optional<String> whyNot(Volume volume) {
        return VolumeFile.whyNoFile(volume).or(() -> whyNotShared(volume.path()));
    }

    private Optional<String> whyNotShared(Path path) {
        String fileSystem = VolumeFile.fileSystem(path);
        return switch (fileSystem) {
            case "btrfs" -> Optional.empty();
            case "xfs" -> commands.lack("xfs_info", "-V", "xfsprogs").or(() -> whyNotXfs(path));
            default -> Optional.of("expected a file system that shares blocks, xfs or btrfs, found " + fileSystem);
        };
    }

    /// mkfs.xfs(8): `reflink=1` is the default since xfsprogs 5.1.
    private Optional<String> whyNotXfs(Path path) {
        String mount = commands.done("findmnt", "-n", "-o", "TARGET", "-T", path.toString())
                .strip();
        return commands.done("xfs_info", mount).contains("reflink=1")
                ? Optional.empty()
                : Optional.of("expected an xfs with reflink=1, found " + mount + " with none");
    }

    @Override
    public SnapshotMember plan(Volume volume, SnapshotName name) {
        Mechanisms.require(volume, mechanism(), whyNot(volume));
        return copies.plan(volume, name);
    }

    @Override
    public void take(Volume volume, SnapshotMember planned) {
        copies.take(volume, planned);
    }

    @Override
    public List<SnapshotReport> list(Volume volume) {
        return copies.list(volume, this::ownBytes);
    }

    /// What no other file shares.
    private @Nullable Long ownBytes(Path file) {
        Answer answer = commands.asked("filefrag", "-s", "-v", file.toString());
        return answer.status() == 0 ? ownBytes(answer.output()) : null;
    }

    /// @param fragments as filefrag prints them
    static @Nullable Long ownBytes(String fragments) {
        Matcher block = BLOCK.matcher(fragments);
        if (!block.find()) {
            return null;
        }
        long blocks = fragments
                .lines()
                .map(EXTENT::matcher)
                .filter(Matcher::matches)
                .filter(extent -> !extent.group(2).contains("shared"))
                .mapToLong(extent -> Long.parseLong(extent.group(1)))
                .sum();
        return blocks * Long.parseLong(block.group(1));
    }

    @Override
    public void revert(Volume volume, SnapshotMember member) {
        copies.revert(volume, member);
    }

    @Override
    public void delete(Volume volume, SnapshotMember member) {
        copies.delete(volume, member);
    }
}
