package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Puts a new thin volume in another one's place: `LV..next` becomes `LV`, and what was `LV` is `LV..last` until it
/// is removed. Both have a tag of ours as long as that is under way, and nothing without it is touched.
final class LvmSwap {
    private static final String MARK = "tidemark-revert";

    private final LvmSnapshots lvm;
    private final HostCommands commands;

    LvmSwap(LvmSnapshots lvm, HostCommands commands) {
        this.lvm = lvm;
        this.commands = commands;
    }

    /// Has a new volume with the snapshot's content take the volume's place, with its tags; [#end] is to follow.
    /// `name-taken`, and nothing done, if another volume has a name that is wanted for it.
    void begin(LvmGroup group, LogicalVolume snapshot) {
        LogicalVolume origin = group.volume();
        requireFree(group, LvmSnapshots.next(origin.name()));
        requireFree(group, LvmSnapshots.last(origin.name()));
        List<String> create = new ArrayList<>(List.of("lvcreate", "-y", "-q", "-s", "-kn", "--addtag", MARK));
        for (String tag : origin.tags()) {
            create.addAll(List.of("--addtag", tag));
        }
        create.addAll(List.of("-n", LvmSnapshots.next(origin.name()), snapshot.path()));
        commands.done(create.toArray(String[]::new));
        lvm.tag(origin, MARK);
        commands.done("lvchange", "-q", "-an", origin.path()); // not while anybody has it open
        rename(origin.group(), origin.name(), LvmSnapshots.last(origin.name()));
        rename(origin.group(), LvmSnapshots.next(origin.name()), origin.name());
    }

    private static void requireFree(LvmGroup group, String name) {
        group.find(name).ifPresent(other -> {
            throw new SnapshotException(
                    FailureReason.NAME_TAKEN,
                    "revert of volume " + group.volume().device() + ": expected the name " + name
                            + " to be free, found " + other.device());
        });
    }

    private void rename(String group, String from, String to) {
        commands.done("lvrename", "-q", group, from, to);
    }

    /// Ends what was begun or cut off, forwards or backwards: afterwards the volume has its name, and nothing is
    /// left.
    void end(SnapshotMember member) {
        String device = String.valueOf(member.newFile());
        String suffix = "." + VolumeFile.name(member);
        Matcher names = LvmSnapshots.DEVICE.matcher(device);
        if (!names.matches() || !names.group(2).endsWith(suffix)) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "snapshot " + member.storageName() + ": expected /dev/VG/LV" + suffix + ", found " + device);
        }
        end(names.group(1), names.group(2).substring(0, names.group(2).length() - suffix.length()));
    }

    private void end(String group, String name) {
        String next = LvmSnapshots.next(name);
        String last = LvmSnapshots.last(name);
        Map<String, LogicalVolume> all = named(group);
        if (isMarked(all.get(last)) && !isMarked(all.get(name))) {
            requireNone(all.get(name));
            rename(group, isMarked(all.get(next)) ? next : last, name);
            all = named(group);
        }
        LogicalVolume volume = all.get(name);
        if (isMarked(volume)) {
            commands.done("lvchange", "-q", "-ay", group + "/" + name);
        }
        for (String left : List.of(next, last)) {
            if (isMarked(all.get(left))) {
                commands.done("lvremove", "-y", "-q", group + "/" + left);
            }
        }
        if (isMarked(volume)) {
            commands.done("lvchange", "-q", "--deltag", MARK, group + "/" + name);
        }
    }

    private static void requireNone(@Nullable LogicalVolume other) {
        if (other != null) {
            throw new SnapshotException(
                    FailureReason.NAME_TAKEN,
                    "volume " + other.device() + ": expected no other to have that name until a revert is at its end,"
                            + " found one that was made meanwhile");
        }
    }

    private Map<String, LogicalVolume> named(String group) {
        return lvm.all(group).stream().collect(Collectors.toMap(LogicalVolume::name, Function.identity()));
    }

    private static boolean isMarked(@Nullable LogicalVolume volume) {
        return volume != null && volume.tags().contains(MARK);
    }
}
