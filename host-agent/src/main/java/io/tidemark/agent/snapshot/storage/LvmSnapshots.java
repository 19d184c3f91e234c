package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.storage.HostTools.Answer;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What both mechanisms of LVM do alike. A snapshot `NAME` of the volume `VG/LV` is the volume `VG/LV.NAME`, with a
/// tag that says that it is ours, and one that says of which volume: LVM forgets that when the volume is reverted.
final class LvmSnapshots {
    private static final String OURS = "tidemark";
    private static final String OF = "tidemark-of=";
    /// Of a device-mapper device, in which each hyphen of a name is two: libdevmapper, `DM_NAME_LEN`.
    private static final int DEVICE_BYTES_MAX = 127;

    private static final int DEVICE_SUFFIX_BYTES = 5; // "-cow", and the hyphen between group and volume

    /// LVM's letters, see lvm(8); a snapshot's name has the same.
    static final Pattern DEVICE = Pattern.compile("/dev/([A-Za-z0-9_.+][A-Za-z0-9_.+-]*)/([A-Za-z0-9_.+-]+)");

    /// What dmsetup prints of a device that is a logical volume, and not a layer below one.
    private static final Pattern GROUP_AND_NAME = Pattern.compile("([^/\\s]+)/([^/\\s]+)/\\s*");

    private final SnapshotMechanism mechanism;
    private final HostCommands commands;

    LvmSnapshots(SnapshotMechanism mechanism, HostCommands commands) {
        this.mechanism = mechanism;
        this.commands = commands;
    }

    /// @param whyNotIt what a logical volume lacks
    Optional<String> whyNot(Volume volume, Function<LogicalVolume, Optional<String>> whyNotIt) {
        return Files.isRegularFile(volume.path())
                ? Optional.of("expected a logical volume, found a file")
                : whyNot(find(volume), whyNotIt);
    }

    private Optional<String> whyNot(Optional<LvmGroup> found, Function<LogicalVolume, Optional<String>> whyNotIt) {
        return found.map(group -> whyNotIt.apply(group.volume()))
                .orElseGet(() -> commands.lack("lvs", "--version", "lvm2")
                        .or(() -> Optional.of("expected a logical volume, found none")));
    }

    /// The volume; `mechanism-unavailable` if it lacks something.
    LvmGroup requireFit(Volume volume, Function<LogicalVolume, Optional<String>> whyNotIt) {
        Optional<LvmGroup> found = find(volume);
        Mechanisms.require(volume, mechanism, whyNot(found, whyNotIt));
        return found.orElseThrow();
    }

    /// The logical volume that a path leads to; empty if it leads to none.
    private Optional<LvmGroup> find(Volume volume) {
        String path = volume.path().toString();
        Matcher names = DEVICE.matcher(path);
        Optional<LvmGroup> found = names.matches() ? shown(names.group(1), names.group(2)) : Optional.empty();
        return found.or(() -> volume.path().isAbsolute() ? behind(path) : Optional.empty());
    }

    private Optional<LvmGroup> shown(String group, String name) {
        Answer answer = commands.asked(lvs(group));
        return answer.status() == 0 ? LvmGroup.of(name, LogicalVolume.of(answer.output())) : Optional.empty();
    }

    /// Of other paths that lead to a device, such as `/dev/mapper/VG-LV` and `/dev/dm-0`.
    private Optional<LvmGroup> behind(String path) {
        Answer answer = commands.asked(
                "dmsetup", "info", "-c", "--noheadings", "--separator", "/", "-o", "vg_name,lv_name,lv_layer", path);
        Matcher names = GROUP_AND_NAME.matcher(answer.output());
        return answer.status() == 0 && names.matches() ? shown(names.group(1), names.group(2)) : Optional.empty();
    }

    LvmGroup require(Volume volume) {
        return find(volume)
                .orElseThrow(() -> new SnapshotException(
                        FailureReason.NO_SUCH_VOLUME, volume + ": expected a logical volume, found none"));
    }

    private static String[] lvs(String group) {
        String[] command = {
            "lvs",
            "-a",
            "--config",
            LogicalVolume.CONFIGURATION,
            "--reportformat",
            "json",
            "--units",
            "b",
            "--nosuffix",
            "-o",
            LogicalVolume.COLUMNS,
            group
        };
        return command;
    }

    /// All volumes of a group, hidden ones too.
    List<LogicalVolume> all(String group) {
        return LogicalVolume.of(commands.done(lvs(group)));
    }

    /// The same as it is now.
    LvmGroup again(LvmGroup group) {
        String name = group.volume().name();
        return LvmGroup.of(name, all(group.volume().group()))
                .orElseThrow(() -> new SnapshotException(
                        FailureReason.NO_SUCH_VOLUME,
                        "volume " + group.volume().device() + ": expected it there, found it gone"));
    }

    /// The snapshot of that name, if it is there and ours.
    static Optional<LogicalVolume> snapshot(LvmGroup group, SnapshotMember member) {
        LogicalVolume volume = group.volume();
        Optional<LogicalVolume> found = group.find(snapshotName(volume, member));
        if (found.isPresent() && !isOurs(volume, found.get())) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "snapshot " + member.storageName() + " of volume " + volume.device()
                            + ": expected one with the tag " + OF + volume.name() + ", found "
                            + found.get().device() + " with the tags "
                            + found.get().tags());
        }
        return found;
    }

    /// Whether it is a snapshot of ours, of whatever volume.
    static boolean isOurs(LogicalVolume snapshot) {
        return snapshot.tags().contains(OURS);
    }

    private static boolean isOurs(LogicalVolume volume, LogicalVolume snapshot) {
        return isOurs(snapshot) && snapshot.tags().contains(OF + volume.name());
    }

    /// The path is not taken from the member: that comes in a message.
    static String snapshotName(LogicalVolume volume, SnapshotMember member) {
        String name = volume.name() + "." + VolumeFile.name(member);
        String device = "/dev/" + volume.group() + "/" + name;
        if (!device.equals(member.newFile())) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "snapshot " + member.storageName() + " of volume " + volume.device() + ": expected " + device
                            + ", found " + member.newFile());
        }
        return name;
    }

    static SnapshotException gone(LogicalVolume volume, SnapshotMember member) {
        return new SnapshotException(
                FailureReason.SNAPSHOT_CHANGED,
                "snapshot " + member.storageName() + " of volume " + volume.device() + ": expected " + member.newFile()
                        + ", found none");
    }

    /// @param size options that say how large the snapshot is to be
    SnapshotMember plan(Volume volume, LvmGroup group, SnapshotName name, List<String> size) {
        LogicalVolume origin = group.volume();
        var planned = new SnapshotMember(
                volume.target(),
                volume.path().toString(),
                mechanism,
                name.value(),
                origin.device() + "." + name,
                mechanism.code() + ":" + origin.path());
        String snapshot = snapshotName(origin, planned);
        requireShort(origin, snapshot);
        for (LogicalVolume each : group.all()) {
            if (each.name().equals(snapshot) || isOfRevert(origin, each)) {
                throw new SnapshotException(
                        FailureReason.NAME_TAKEN,
                        "snapshot " + name + " of " + volume + ": expected names that are free in volume group "
                                + origin.group() + ", found " + each.device() + whose(origin, each));
            }
        }
        create(origin, snapshot, concat(size, "--test"));
        return planned;
    }

    private static String whose(LogicalVolume origin, LogicalVolume found) {
        if (isOfRevert(origin, found)) {
            return ", which a revert uses that is not at its end";
        }
        return found.origin().isEmpty() ? "" : ", a snapshot of " + found.origin();
    }

    /// Those that a revert makes for a moment have to fit as well.
    private static void requireShort(LogicalVolume origin, String snapshot) {
        int bytes = Math.max(deviceBytes(origin, snapshot), deviceBytes(origin, next(origin.name())));
        if (bytes > DEVICE_BYTES_MAX) {
            throw new SnapshotException(
                    FailureReason.NAME_UNFIT,
                    "snapshot " + snapshot + " in volume group " + origin.group()
                            + ": expected a device's name of at most " + DEVICE_BYTES_MAX + " bytes, found " + bytes);
        }
    }

    private static int deviceBytes(LogicalVolume origin, String name) {
        return (origin.group() + name).replace("-", "--").length() + DEVICE_SUFFIX_BYTES;
    }

    /// What takes the volume's name in a revert is called so before; no snapshot's name begins with a dot.
    static String next(String volume) {
        return volume + "..next";
    }

    /// What had the volume's name before a revert is called so after, until it is removed.
    static String last(String volume) {
        return volume + "..last";
    }

    private static boolean isOfRevert(LogicalVolume origin, LogicalVolume each) {
        return each.name().equals(next(origin.name())) || each.name().equals(last(origin.name()));
    }

    private static List<String> concat(List<String> options, String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return all;
    }

    /// Takes it unless it is there. What an `lvcreate` that was cut off has left has our tags and is no snapshot.
    void take(LvmGroup group, SnapshotMember planned, List<String> size) {
        LogicalVolume origin = group.volume();
        Optional<LogicalVolume> there = snapshot(group, planned);
        if (there.isPresent() && there.get().origin().isEmpty() && !there.get().isThin()) {
            remove(there.get());
            there = Optional.empty();
        }
        if (there.isEmpty()) {
            create(origin, snapshotName(origin, planned), size);
        }
    }

    private void create(LogicalVolume origin, String snapshot, List<String> options) {
        List<String> command = new ArrayList<>(List.of("lvcreate", "-y", "-q", "-s", "--addtag", OURS));
        command.addAll(List.of("--addtag", OF + origin.name(), "-n", snapshot));
        command.addAll(options);
        command.add(origin.path());
        commands.done(command.toArray(String[]::new));
    }

    void remove(LogicalVolume volume) {
        commands.done("lvremove", "-y", "-q", volume.path());
    }

    void tag(LogicalVolume volume, String tag) {
        commands.done("lvchange", "-q", "--addtag", tag, volume.path());
    }

    void untag(LogicalVolume volume, String tag) {
        commands.done("lvchange", "-q", "--deltag", tag, volume.path());
    }

    /// @param told what is said of a volume's snapshot in place of what hangs on it
    List<SnapshotReport> list(Volume volume, BiFunction<LogicalVolume, LogicalVolume, List<String>> told) {
        LvmGroup group = require(volume);
        LogicalVolume origin = group.volume();
        return group.all().stream()
                .filter(each ->
                        each.origin().equals(origin.name()) || each.tags().contains(OF + origin.name()))
                .filter(each -> !isOfRevert(origin, each))
                .sorted(Comparator.comparing(LogicalVolume::createdAt).thenComparing(LogicalVolume::name))
                .map(each -> report(origin, each, told.apply(origin, each)))
                .toList();
    }

    private SnapshotReport report(LogicalVolume origin, LogicalVolume snapshot, List<String> told) {
        boolean isNamedByUs = isOurs(origin, snapshot) && snapshot.name().startsWith(origin.name() + ".");
        return new SnapshotReport(
                mechanism,
                isNamedByUs ? snapshot.name().substring(origin.name().length() + 1) : snapshot.name(),
                snapshot.createdAt(),
                snapshot.device(),
                snapshot.isThin() ? null : snapshot.sizeBytes(),
                told);
    }

    /// LVM removes the classic snapshots of a volume together with it; thin ones stay.
    static void requireNoneGoesWith(LvmGroup group, LogicalVolume removed) {
        group.all().stream()
                .filter(each -> each.origin().equals(removed.name()) && !each.isThin())
                .findFirst()
                .ifPresent(snapshot -> {
                    throw new SnapshotException(
                            FailureReason.SNAPSHOT_NEEDED,
                            "volume " + removed.device()
                                    + ": expected no snapshot that would be removed with it, found "
                                    + snapshot.device());
                });
    }

    /// `volume-in-use` if a domain has it, or anybody has the device open.
    static void requireFree(Volume volume, LogicalVolume device) {
        if (volume.isInUse() || device.state().isOpen()) {
            throw new SnapshotException(
                    FailureReason.VOLUME_IN_USE,
                    volume + ": expected nobody to have " + device.device() + " open, found "
                            + (volume.isInUse() ? "a domain that runs" : "that somebody has"));
        }
    }
}
