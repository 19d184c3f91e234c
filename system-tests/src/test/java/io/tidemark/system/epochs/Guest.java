package io.tidemark.system.epochs;

import io.tidemark.system.epochs.EpochHistory.Kind;
import io.tidemark.system.epochs.EpochHistory.Step;
import io.tidemark.system.epochs.TrueImage.Bitmap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What guest, people and accidents do to the VM. Fields that are not final are what it remembers of them.
final class Guest {
    private static final int GRANULES = 8;
    private static final int LAYERS_MAX = 3;
    private static final int RESIZES_MAX = 2;

    private final EpochHistory history;
    private final TrueVm vm;
    private final EpochFlaw flaw;
    private final Path files;
    private final Map<String, Kept> kept = new HashMap<>();
    private long versions;
    private long inodes = 10;
    /// Whether a look has found the VM off since it is.
    private boolean isRestSeen;
    /// Whether somebody wrote past QEMU since the last look.
    private boolean isWrittenUnseen;

    /// What a disk was as a snapshot was taken.
    private record Kept(TrueImage image, List<Long> content) {}

    Guest(EpochHistory history, EpochFlaw flaw, Path files) {
        this.history = history;
        this.vm = history.vm;
        this.flaw = flaw;
        this.files = files;
        for (String name : List.of("a", "b")) {
            TrueImage image = image(new long[GRANULES], null);
            vm.disks.put("vd" + name, new TrueVm.Disk("disk-" + name, image, image.sizeBytes()));
        }
    }

    private TrueImage image(long[] content, @Nullable TrueImage below) {
        long inode = inodes++;
        return new TrueImage(Path.of(files + "-" + inode), inode, history.now, content, below);
    }

    void steps(List<Step> steps) {
        steps.add(new Step("the guest writes", Kind.WORK, 60, this::write));
        steps.add(new Step("the VM stops", Kind.FAULT, 5, () -> stop(false)));
        steps.add(new Step("the VM stops, and libvirt forgets its checkpoints", Kind.FAULT, 1, () -> stop(true)));
        steps.add(new Step("QEMU is killed", Kind.FAULT, 3, this::kill));
        steps.add(new Step("the VM starts", Kind.WORK_ALONE, 60, this::start));
        steps.add(new Step("a bitmap is removed", Kind.FAULT, 2, this::removeBitmap));
        steps.add(new Step("a bitmap is disabled", Kind.FAULT, 2, this::disable));
        steps.add(new Step("a checkpoint is deleted", Kind.FAULT, 1, () -> deleteCheckpoint(true)));
        steps.add(new Step("a checkpoint is forgotten", Kind.FAULT, 2, () -> deleteCheckpoint(false)));
        steps.add(new Step("an overlay is laid beside libvirt", Kind.FAULT_ALONE, 2, () -> overlay(false)));
        steps.add(new Step("an overlay is laid by libvirt", Kind.FAULT_ALONE, 1, () -> overlay(true)));
        steps.add(new Step("an image is replaced", Kind.FAULT_ALONE, 2, () -> replace(false)));
        steps.add(new Step("an image is replaced in the same inode", Kind.FAULT_ALONE, 4, () -> replace(true)));
        steps.add(new Step("the disks swap their images", Kind.FAULT_ALONE, 2, () -> swap(false)));
        steps.add(new Step("the disks swap their targets", Kind.FAULT_ALONE, 1, () -> swap(true)));
        steps.add(new Step("a disk grows", Kind.FAULT_ALONE, 2, this::grow));
        steps.add(new Step("somebody writes with QEMU's tools", Kind.FAULT_ALONE, 3, () -> writeAtRest(true)));
        steps.add(new Step("somebody writes past QEMU", Kind.FAULT_ALONE, 8, () -> writeAtRest(false)));
        steps.add(new Step("a snapshot is taken", Kind.WORK_ALONE, 3, this::keep));
        steps.add(new Step("the VM is taken back to the snapshot", Kind.FAULT, 3, this::revert));
    }

    private String anyTarget() {
        String target = history.any(List.copyOf(vm.disks.keySet()));
        history.say("  " + target + ", which is " + disk(target).serial());
        return target;
    }

    private TrueVm.Disk disk(String target) {
        return Objects.requireNonNull(vm.disks.get(target));
    }

    private boolean isIdle() {
        return vm.job == null;
    }

    boolean write() {
        if (!vm.isRunning) {
            return false;
        }
        TrueImage top = disk(anyTarget()).top();
        top.write(history.random.nextInt(top.content.length), ++versions, history.now);
        return true;
    }

    private boolean stop(boolean forgets) {
        if (!vm.isRunning) {
            return false;
        }
        vm.close();
        isRestSeen = false;
        if (forgets) {
            vm.checkpoints.clear();
        }
        return true;
    }

    private boolean kill() {
        if (!vm.isRunning) {
            return false;
        }
        vm.die();
        isRestSeen = false;
        history.agent.hears(look -> look.died(TrueVm.DOMAIN));
        return true;
    }

    private boolean start() {
        if (vm.isRunning || isWrittenUnseen) {
            return false;
        }
        vm.isRunning = true;
        vm.life++;
        history.agent.hears(look -> look.started(TrueVm.DOMAIN));
        return true;
    }

    /// A look has ended, before which the VM was as it is now.
    void seenAtRest() {
        isRestSeen = true;
        isWrittenUnseen = false;
    }

    private boolean onBitmap(Predicate<Bitmap> which, BiConsumer<TrueImage, String> change) {
        TrueImage top = disk(anyTarget()).top();
        List<String> names = top.bitmaps.entrySet().stream()
                .filter(each -> which.test(each.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (names.isEmpty() || !isIdle()) {
            return false;
        }
        String name = history.any(names);
        history.say("  " + name);
        change.accept(top, name);
        return true;
    }

    boolean removeBitmap() {
        return onBitmap(_ -> true, (image, name) -> image.bitmaps.remove(name));
    }

    private boolean disable() {
        return onBitmap(
                bitmap -> bitmap.isRecording && bitmap.isConsistent,
                (image, name) -> Objects.requireNonNull(image.bitmaps.get(name)).isRecording = false);
    }

    private boolean deleteCheckpoint(boolean withBitmaps) {
        if (vm.checkpoints.isEmpty() || !isIdle() || (withBitmaps && !vm.isRunning)) {
            return false;
        }
        String name = history.any(List.copyOf(vm.checkpoints));
        history.say("  " + name);
        if (withBitmaps) {
            vm.deleteCheckpoint(TrueVm.DOMAIN, name);
        } else {
            vm.checkpoints.remove(name);
        }
        return true;
    }

    private boolean overlay(boolean carriesBitmaps) {
        String target = anyTarget();
        TrueImage top = disk(target).top();
        int layers = 1;
        for (TrueImage below = top.below; below != null; below = below.below) {
            layers++;
        }
        if (!isIdle() || layers == LAYERS_MAX || (carriesBitmaps && !vm.isRunning)) {
            return false;
        }
        TrueVm.store(top);
        TrueImage over = image(top.content, top);
        if (carriesBitmaps) {
            top.bitmaps.forEach((name, bitmap) -> {
                if (bitmap.isRecording && bitmap.isConsistent) {
                    over.bitmaps.put(name, new Bitmap());
                }
            });
            history.promises.touched(disk(target).serial());
        }
        vm.lay(target, over);
        return true;
    }

    /// Whether all points that may still matter know their images.
    private boolean areIdentified() {
        return history.promises.points().stream()
                .filter(point -> vm.checkpoints.contains(point.checkpoint()))
                .allMatch(point -> point.disks().values().stream().allMatch(TruePoint.Disk::isIdentified));
    }

    /// By a copy, bitmaps and all, that somebody has changed.
    private boolean replace(boolean inSameInode) {
        String target = anyTarget();
        if (vm.isRunning || !areIdentified()) {
            return false;
        }
        TrueImage old = disk(target).top();
        TrueImage copy = inSameInode
                ? new TrueImage(old.file, old.inode, history.now, old.content, old.below)
                : image(old.content, old.below);
        old.bitmaps.forEach((name, bitmap) -> copy.bitmaps.put(name, bitmap.copy()));
        copy.set(history.random.nextInt(copy.content.length), ++versions, history.now);
        vm.lay(target, copy);
        return true;
    }

    /// @param isByTarget whether the disks keep their images and are plugged the other way round
    private boolean swap(boolean isByTarget) {
        if (vm.isRunning || !areIdentified()) {
            return false;
        }
        TrueVm.Disk first = disk("vda");
        TrueVm.Disk second = disk("vdb");
        if (isByTarget) {
            vm.disks.put("vda", second);
            vm.disks.put("vdb", first);
        } else {
            vm.lay("vda", second.top());
            vm.lay("vdb", first.top());
        }
        return true;
    }

    private boolean grow() {
        TrueImage top = disk(anyTarget()).top();
        if (!isIdle() || top.content.length >= GRANULES + RESIZES_MAX) {
            return false;
        }
        top.content = Arrays.copyOf(top.content, top.content.length + 1);
        top.touch(history.now);
        return true;
    }

    private boolean writeAtRest(boolean withTools) {
        if (vm.isRunning || (!withTools && !isRestSeen)) {
            return false;
        }
        String target = anyTarget();
        TrueImage top = disk(target).top();
        int granule = history.random.nextInt(top.content.length);
        if (withTools) {
            top.write(granule, ++versions, history.now);
            history.promises.touched(disk(target).serial());
        } else {
            top.set(granule, ++versions, history.now);
            isWrittenUnseen = true;
        }
        return true;
    }

    private boolean keep() {
        kept.clear();
        vm.disks
                .values()
                .forEach(disk ->
                        kept.put(disk.serial(), new Kept(disk.top(), disk.top().copied())));
        return isIdle();
    }

    private boolean revert() {
        List<TrueVm.Disk> back = new ArrayList<>(vm.disks.values());
        back.removeIf(disk -> !isKept(disk));
        if (back.isEmpty() || !isIdle()) {
            return false;
        }
        for (TrueVm.Disk disk : back) {
            Kept then = Objects.requireNonNull(kept.get(disk.serial()));
            disk.top().content =
                    then.content().stream().mapToLong(Long::longValue).toArray();
            disk.top().touch(history.now);
        }
        vm.disks.values().forEach(disk -> history.promises.touched(disk.serial()));
        if (flaw != EpochFlaw.REVERT_UNTOLD) {
            history.agent.hears(look -> look.reverted(TrueVm.DOMAIN));
        }
        if (history.odds(1, 2)) {
            history.say("  the agent is told at once");
            history.agent.hearAll();
        }
        return true;
    }

    private boolean isKept(TrueVm.Disk disk) {
        Kept then = kept.get(disk.serial());
        return then != null && then.image() == disk.top() && then.content().size() == disk.top().content.length;
    }
}
