package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.agent.snapshot.storage.HostTools.Answer;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Read-only snapshots of the btrfs subvolume in which a volume's file lies, in the subvolume's folder
/// `.tidemark-snapshots`. One holds all files of the subvolume, so all volumes in it take their names from one
/// namespace. A revert puts one file back, by sharing its blocks, and leaves all others as they are.
public final class Btrfs implements VolumeSnapshots {
    private static final String PROGRAM = "btrfs";
    private static final String ONLY_ROOT = "700";
    /// `btrfs filesystem du` of btrfs-progs 6.2: "Total Exclusive Set-shared Filename", below the heads of its
    /// columns.
    private static final Pattern AMOUNTS = Pattern.compile("(?m)^\\s*\\d+\\s+(\\d{1,18})\\s");

    private final HostCommands commands;

    public Btrfs(HostTools tools) {
        this.commands = new HostCommands(tools);
    }

    @Override
    public SnapshotMechanism mechanism() {
        return SnapshotMechanism.BTRFS;
    }

    @Override
    public Optional<String> whyNot(Volume volume) {
        return VolumeFile.whyNoFile(volume).or(() -> {
            String fileSystem = VolumeFile.fileSystem(volume.path());
            return fileSystem.equals(PROGRAM)
                    ? commands.lack(PROGRAM, "version", "btrfs-progs")
                    : Optional.of("expected a file system of type btrfs, found " + fileSystem);
        });
    }

    @Override
    public SnapshotMember plan(Volume volume, SnapshotName name) {
        Mechanisms.require(volume, mechanism(), whyNot(volume));
        Subvolume subvolume = subvolume(volume);
        Path snapshot = subvolume.snapshot(name);
        if (Files.exists(snapshot, LinkOption.NOFOLLOW_LINKS)) {
            throw new SnapshotException(
                    FailureReason.NAME_TAKEN,
                    "snapshot " + name + " of " + volume + ": expected a name that is free in subvolume "
                            + subvolume.root() + ", found " + snapshot + " with the volumes "
                            + subvolume.covered(snapshot));
        }
        return new SnapshotMember(
                volume.target(),
                volume.path().toString(),
                mechanism(),
                name.value(),
                snapshot.toString(),
                "btrfs:" + subvolume.folder());
    }

    private static Subvolume subvolume(Volume volume) {
        return Subvolume.of(VolumeFile.resolved(volume.path()));
    }

    /// The path is not taken from the member: that comes in a message.
    private static Path snapshot(Subvolume subvolume, SnapshotMember member) {
        Path snapshot = subvolume.snapshot(VolumeFile.name(member));
        if (!snapshot.toString().equals(member.newFile())) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "snapshot " + member.storageName() + " of volume " + member.volume() + ": expected it in "
                            + snapshot + ", found " + member.newFile());
        }
        return snapshot;
    }

    @Override
    public void take(Volume volume, SnapshotMember planned) {
        Subvolume subvolume = subvolume(volume);
        Path snapshot = snapshot(subvolume, planned);
        if (!Files.exists(snapshot, LinkOption.NOFOLLOW_LINKS)) {
            commands.done(
                    "mkdir", "-p", "-m", ONLY_ROOT, "--", subvolume.folder().toString());
            commands.done(
                    PROGRAM, "subvolume", "snapshot", "-r", subvolume.root().toString(), snapshot.toString());
        }
    }

    @Override
    public List<SnapshotReport> list(Volume volume) {
        Subvolume subvolume = subvolume(volume);
        String shown =
                commands.done(PROGRAM, "subvolume", "show", subvolume.root().toString());
        String listed = commands.done(
                PROGRAM, "subvolume", "list", "-s", "-u", "-q", subvolume.root().toString());
        return subvolume.snapshots(shown, listed).stream()
                .map(snapshot -> report(subvolume, snapshot))
                .toList();
    }

    private SnapshotReport report(Subvolume subvolume, Subvolume.Snapshot snapshot) {
        Path place = snapshot.place();
        if (place == null) {
            return new SnapshotReport(mechanism(), snapshot.path(), snapshot.takenAt(), null, null, List.of());
        }
        boolean isOurs = subvolume.folder().equals(place.getParent());
        return new SnapshotReport(
                mechanism(),
                isOurs ? String.valueOf(place.getFileName()) : snapshot.path(),
                snapshot.takenAt(),
                place.toString(),
                ownBytes(place),
                others(subvolume, place));
    }

    private static List<String> others(Subvolume subvolume, Path snapshot) {
        List<String> others = new ArrayList<>();
        for (String file : subvolume.covered(snapshot)) {
            if (!file.equals(subvolume.volume().toString())) {
                others.add("volume " + file);
            }
        }
        return others;
    }

    /// What no other file or subvolume shares.
    private @Nullable Long ownBytes(Path snapshot) {
        Answer answer = commands.asked(PROGRAM, "filesystem", "du", "--raw", "-s", snapshot.toString());
        Matcher amounts = AMOUNTS.matcher(answer.output());
        return answer.status() == 0 && amounts.find() ? Long.valueOf(amounts.group(1)) : null;
    }

    @Override
    public void revert(Volume volume, SnapshotMember member) {
        Subvolume subvolume = subvolume(volume);
        Path kept = subvolume.within(snapshot(subvolume, member));
        VolumeFile.requireThere(member, kept);
        commands.requireFree(volume);
        BesideCopies.putInPlace(
                commands, new VolumeFile(subvolume.volume(), mechanism().code()), kept, true);
    }

    @Override
    public void delete(Volume volume, SnapshotMember member) {
        Subvolume subvolume = subvolume(volume);
        Path snapshot = snapshot(subvolume, member);
        commands.remove(new VolumeFile(subvolume.volume(), mechanism().code()).replacement());
        if (Files.exists(snapshot, LinkOption.NOFOLLOW_LINKS)) {
            commands.done(PROGRAM, "subvolume", "delete", "--commit-after", snapshot.toString());
        }
        if (Files.exists(subvolume.folder())) {
            commands.done(
                    "rmdir",
                    "--ignore-fail-on-non-empty",
                    "--",
                    subvolume.folder().toString());
        }
    }
}
