package io.tidemark.system.epochs;

import io.tidemark.system.epochs.EpochHistory.Kind;
import io.tidemark.system.epochs.EpochHistory.Step;
import java.util.List;
import java.util.function.BiConsumer;

/// What guest, people and accidents do to a real VM. Fields that are not final are what it remembers of them.
final class RealGuest {
    private static final int SECTOR = 512;
    private static final int LAYERS_MAX = 4;
    private static final long DISK_BYTES_MAX = 8 << 20;
    private static final int DISCARD_BYTES = 128 << 10;

    private final RealHistory history;
    private final RealHost host;
    private final RealDomain domain;
    /// Whether a look has found the VM off since it is.
    private boolean isRestSeen;
    /// Whether somebody wrote past QEMU since the last look.
    private boolean isWrittenUnseen;

    RealGuest(RealHistory history, RealHost host) {
        this.history = history;
        this.host = host;
        this.domain = history.domain;
    }

    void steps(List<Step> steps) {
        steps.add(new Step("the guest writes", Kind.WORK, 30, this::write));
        steps.add(new Step("the guest writes zeroes", Kind.WORK, 8, this::zero));
        steps.add(new Step("the guest discards", Kind.WORK_ALONE, 6, this::discard));
        steps.add(new Step("the VM starts", Kind.WORK, 25, this::start));
        steps.add(new Step("the VM stops", Kind.FAULT, 5, this::stop));
        steps.add(new Step("QEMU is killed", Kind.FAULT, 1, this::kill));
        steps.add(new Step("a bitmap is removed", Kind.FAULT_ALONE, 2, () -> breakBitmap(true)));
        steps.add(new Step("a bitmap is disabled", Kind.FAULT_ALONE, 4, () -> breakBitmap(false)));
        steps.add(new Step("a checkpoint is deleted", Kind.FAULT_ALONE, 1, () -> deleteCheckpoint(true)));
        steps.add(new Step("a checkpoint is forgotten", Kind.FAULT_ALONE, 1, () -> deleteCheckpoint(false)));
        steps.add(new Step(
                "an overlay is laid beside libvirt",
                Kind.FAULT_ALONE,
                1,
                () -> overlay(RealDomain::overlayBesideLibvirt)));
        steps.add(new Step(
                "an overlay is laid by libvirt", Kind.FAULT_ALONE, 3, () -> overlay(RealDomain::overlayByLibvirt)));
        steps.add(new Step("a disk grows", Kind.FAULT_ALONE, 1, this::grow));
        steps.add(new Step("an image is replaced", Kind.FAULT_ALONE, 8, this::replace));
        steps.add(new Step("the disks swap their images", Kind.FAULT_ALONE, 3, this::swap));
        steps.add(new Step("somebody writes with QEMU's tools", Kind.FAULT, 3, this::writeAtRest));
        steps.add(new Step("somebody writes past QEMU", Kind.FAULT, 40, this::writePastQemu));
        steps.add(new Step("the agent is started again", Kind.FAULT_ALONE, 3, this::restartAgent));
        steps.add(new Step("libvirtd is killed and started again", Kind.FAULT_ALONE, 1, this::restartLibvirtd));
    }

    private String anySerial() {
        String serial = history.any(RealDomain.SERIALS);
        history.say("  " + serial);
        return serial;
    }

    private int anyValue() {
        int value = 1 + history.random.nextInt(255);
        history.say("  " + value);
        return value;
    }

    /// Some sectors of a disk.
    private record Range(long offset, long length) {}

    private Range anyRange(String serial) {
        long sectors = domain.top(serial).content.sizeBytes() / SECTOR;
        long first = history.random.nextLong(sectors);
        long most = history.odds(1, 3) ? 600 : 16;
        long length = Math.min(sectors - first, 1 + history.random.nextLong(most));
        history.say("  " + first * SECTOR + " " + length * SECTOR);
        return new Range(first * SECTOR, length * SECTOR);
    }

    boolean write() {
        if (!domain.isRunning) {
            return false;
        }
        String serial = anySerial();
        Range range = anyRange(serial);
        domain.write(serial, range.offset(), range.length(), anyValue());
        return true;
    }

    private boolean zero() {
        if (!domain.isRunning) {
            return false;
        }
        String serial = anySerial();
        Range range = anyRange(serial);
        domain.zero(serial, range.offset(), range.length(), history.odds(1, 2));
        return true;
    }

    private boolean discard() {
        if (!domain.isRunning) {
            return false;
        }
        String serial = anySerial();
        long length = Math.max(DISCARD_BYTES, domain.top(serial).clusterBytes);
        long places = domain.top(serial).content.sizeBytes() / length;
        long offset = history.random.nextLong(places) * length;
        history.say("  " + offset + " " + length);
        domain.discard(serial, offset, length);
        return true;
    }

    private boolean start() {
        if (domain.isRunning || isWrittenUnseen) {
            return false;
        }
        history.agent.hearsOfAStart(domain::start);
        history.disturbed();
        return true;
    }

    private boolean stop() {
        if (!domain.isRunning) {
            return false;
        }
        domain.stop();
        isRestSeen = false;
        if (history.odds(1, 3)) {
            domain.requireBooksRight();
        }
        return true;
    }

    private boolean kill() {
        if (!domain.isRunning) {
            return false;
        }
        history.agent.hearsOfADeath(domain::kill);
        isRestSeen = false;
        return true;
    }

    /// A look has ended, before which the VM was as it is now.
    void seenAtRest() {
        isRestSeen = true;
        isWrittenUnseen = false;
    }

    boolean breakBitmap(boolean isRemoved) {
        String serial = anySerial();
        List<String> names = domain.top(serial).told.stream()
                .filter(name -> domain.checkpoints.contains(name) && domain.hasCheckpoint(name))
                .toList();
        if (names.isEmpty() || !domain.isRunning || !domain.isKnownToLibvirt()) {
            return false;
        }
        String name = history.any(names);
        history.say("  " + name);
        domain.breakBitmap(serial, name, isRemoved);
        return true;
    }

    private boolean deleteCheckpoint(boolean withBitmaps) {
        List<String> names =
                domain.checkpoints.stream().filter(domain::hasCheckpoint).toList();
        if (names.isEmpty() || !domain.isKnownToLibvirt()) {
            return false;
        }
        String name = history.any(names);
        history.say("  " + name);
        domain.deleteCheckpoint(name, withBitmaps);
        history.promises.checkpointsGo();
        return true;
    }

    private boolean overlay(BiConsumer<RealDomain, String> lay) {
        String serial = anySerial();
        if (!domain.isRunning
                || !domain.isKnownToLibvirt()
                || domain.top(serial).layers() >= LAYERS_MAX) {
            return false;
        }
        lay.accept(domain, serial);
        history.promises.touched(serial);
        return true;
    }

    private boolean grow() {
        String serial = anySerial();
        long size = domain.top(serial).content.sizeBytes();
        long more = (1 + history.random.nextInt(3)) * 65_536L + history.random.nextInt(2) * (long) SECTOR;
        return domain.isKnownToLibvirt() && size + more <= DISK_BYTES_MAX && domain.grow(serial, size + more);
    }

    private boolean replace() {
        if (domain.isRunning) {
            return false;
        }
        String serial = anySerial();
        domain.replace(serial, history.odds(1, 2));
        if (history.odds(3, 4)) {
            var _ = overwrite(serial);
        }
        return true;
    }

    private boolean swap() {
        if (domain.isRunning || !domain.swap()) {
            return false;
        }
        RealDomain.SERIALS.forEach(history.promises::touched);
        return true;
    }

    private boolean writeAtRest() {
        if (domain.isRunning) {
            return false;
        }
        String serial = anySerial();
        Range range = anyRange(serial);
        domain.writeAtRest(serial, range.offset(), range.length(), anyValue());
        history.promises.touched(serial);
        return true;
    }

    private boolean writePastQemu() {
        if (domain.isRunning || !isRestSeen || !overwrite(anySerial())) {
            return false;
        }
        isWrittenUnseen = true;
        return true;
    }

    private boolean overwrite(String serial) {
        int value = anyValue();
        RealImages.Place place = domain.writePastQemu(serial, history.random, value);
        history.say("  at " + place);
        return place != null;
    }

    private boolean restartAgent() {
        if (isWrittenUnseen) {
            return false;
        }
        history.agent.restart();
        isRestSeen = false;
        return true;
    }

    private boolean restartLibvirtd() {
        host.restart();
        history.agent.awaitLibvirt();
        domain.awaitMonitor();
        return true;
    }
}
