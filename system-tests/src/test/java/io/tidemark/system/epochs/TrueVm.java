package io.tidemark.system.epochs;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.ChangeListener;
import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.backup.DomainFreeze;
import io.tidemark.agent.backup.DomainJob;
import io.tidemark.agent.backup.DomainJobStatistics;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.GuestIo;
import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.VmState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The one VM, as it really is, and as its hypervisor shows it. Fields that are not final are its state.
final class TrueVm implements Hypervisor {
    static final DomainUuid DOMAIN = new DomainUuid(new UUID(1, 2));
    static final String NAME = "web";

    /// Disks by target.
    final Map<String, Disk> disks = new TreeMap<>();
    final Set<String> checkpoints = new TreeSet<>();
    boolean isRunning = true;
    /// Counts the starts.
    long life;

    @Nullable
    RestorePointId job;
    /// Whether images cannot be looked at just now.
    boolean isIdentityHidden;
    /// What happens beside each question to the hypervisor.
    Runnable beside = () -> {};

    private final EpochFlaw flaw;

    /// @param serial what the disk is known by, whatever its target
    /// @param sizeAtFirst in bytes
    record Disk(String serial, TrueImage top, long sizeAtFirst) {}

    TrueVm(EpochFlaw flaw) {
        this.flaw = flaw;
    }

    TrueImage top(String serial) {
        return Objects.requireNonNull(disks.get(target(serial))).top();
    }

    String target(String serial) {
        return disks.entrySet().stream()
                .filter(each -> each.getValue().serial().equals(serial))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    Set<String> checkpointNames() {
        return checkpoints;
    }

    void lay(String target, TrueImage top) {
        disks.computeIfPresent(target, (_, disk) -> new Disk(disk.serial(), top, disk.sizeAtFirst()));
    }

    /// QEMU writes its bitmaps into the images as it ends.
    void close() {
        disks.values().forEach(disk -> store(disk.top()));
        isRunning = false;
        job = null;
    }

    static void store(TrueImage image) {
        image.bitmaps.values().forEach(bitmap -> bitmap.isStored = true);
    }

    /// QEMU has marked those that it had read, and loses the others.
    void die() {
        for (Disk disk : disks.values()) {
            disk.top().bitmaps.values().removeIf(bitmap -> !bitmap.isStored);
            disk.top().bitmaps.values().forEach(bitmap -> bitmap.isConsistent = false);
        }
        isRunning = false;
        job = null;
    }

    @Override
    public DomainView domain(DomainUuid domain) {
        beside.run();
        return new DomainView(
                DOMAIN,
                NAME,
                isRunning ? VmState.RUNNING : VmState.OFF,
                disks.entrySet().stream()
                        .map(each -> view(each.getKey(), each.getValue()))
                        .toList());
    }

    private DomainDisk view(String target, Disk disk) {
        boolean isWatched = flaw != EpochFlaw.REST_UNWATCHED;
        return new DomainDisk(
                target,
                "virtio",
                Optional.of(disk.serial()),
                "qcow2",
                isWatched ? Optional.of(disk.top().file) : Optional.empty(),
                OptionalLong.of(
                        flaw == EpochFlaw.SIZE_IGNORED
                                ? disk.sizeAtFirst()
                                : disk.top().sizeBytes()),
                isIdentityHidden ? Optional.empty() : Optional.of(disk.top().identity(flaw)),
                Optional.empty());
    }

    @Override
    public List<DomainView> domains() {
        return List.of(domain(DOMAIN));
    }

    @Override
    public List<String> checkpoints(DomainUuid domain) {
        beside.run();
        return List.copyOf(checkpoints);
    }

    @Override
    public Map<String, Map<String, BitmapView>> bitmaps(DomainUuid domain) {
        beside.run();
        if (job != null) {
            throw new DomainBusy("a backup hides the bitmaps");
        }
        Map<String, Map<String, BitmapView>> found = new LinkedHashMap<>();
        disks.forEach((target, disk) -> found.put(target, bitmaps(disk.top())));
        return found;
    }

    /// How much is dirty is nothing that an epoch depends on.
    @Override
    public Map<String, Map<String, BitmapView>> countedBitmaps(DomainUuid domain) {
        return bitmaps(domain);
    }

    private Map<String, BitmapView> bitmaps(TrueImage top) {
        Map<String, BitmapView> views = new TreeMap<>();
        TrueImage above = null;
        for (TrueImage layer = top; layer != null; layer = layer.below) {
            for (var each : layer.bitmaps.entrySet()) {
                boolean isOver = above != null && !above.bitmaps.containsKey(each.getKey());
                boolean isGap = isOver && flaw != EpochFlaw.GAP_UNSEEN;
                BitmapView view = view(isGap ? BitmapState.GAP : state(each.getValue()));
                views.merge(each.getKey(), view, TrueVm::worse);
            }
            above = layer;
        }
        return views;
    }

    private static BitmapView view(BitmapState state) {
        return new BitmapView(state, TrueImage.GRANULE, OptionalLong.empty());
    }

    private static BitmapView worse(BitmapView above, BitmapView below) {
        return above.state() == BitmapState.RECORDING ? below : above;
    }

    private BitmapState state(TrueImage.Bitmap bitmap) {
        if (!bitmap.isConsistent && flaw != EpochFlaw.INCONSISTENT_TAKEN) {
            return BitmapState.INCONSISTENT;
        }
        boolean isRecording = bitmap.isRecording || flaw == EpochFlaw.DISABLED_TAKEN;
        return isRecording ? BitmapState.RECORDING : BitmapState.NOT_RECORDING;
    }

    @Override
    public void beginBackup(DomainUuid domain, BackupOrder order) {
        if (!isRunning) {
            throw new DomainOff("domain " + domain);
        }
        for (BackupOrder.DiskOrder disk : order.disks()) {
            disk.incrementalFrom().ifPresent(from -> requireUsable(disk.target(), from));
        }
        String name = order.newCheckpoint().orElseThrow();
        checkpoints.add(name);
        disks.values().forEach(disk -> disk.top().bitmaps.put(name, new TrueImage.Bitmap()));
        job = order.point();
    }

    private void requireUsable(String target, String checkpoint) {
        TrueImage.Bitmap found =
                Objects.requireNonNull(disks.get(target)).top().bitmaps.get(checkpoint);
        if (found == null || !found.isConsistent || !checkpoints.contains(checkpoint)) {
            throw new CheckpointBroken("checkpoint " + checkpoint + " on " + target);
        }
    }

    @Override
    public void deleteCheckpoint(DomainUuid domain, String checkpoint) {
        checkpoints.remove(checkpoint);
        if (!isRunning) {
            disks.values().forEach(disk -> deleteAtRest(disk.top(), checkpoint));
            return;
        }
        for (Disk disk : disks.values()) {
            for (TrueImage layer = disk.top(); layer != null; layer = layer.below) {
                layer.bitmaps.remove(checkpoint);
            }
        }
    }

    /// From the top image only.
    private static void deleteAtRest(TrueImage top, String checkpoint) {
        if (top.bitmaps.remove(checkpoint) != null) {
            top.written();
        }
    }

    @Override
    public DomainJob runningJob(DomainUuid domain) {
        return job == null ? new DomainJob.None() : new DomainJob.OurBackup(job);
    }

    @Override
    public DomainJob abortBackup(DomainUuid domain, RestorePointId point) {
        DomainJob found = runningJob(domain);
        job = null;
        return found;
    }

    @Override
    public void onChange(ChangeListener listener) {}

    @Override
    public void makeScratch(DomainUuid domain, BackupOrder order) {}

    @Override
    public void resume(DomainUuid domain) {}

    @Override
    public int thaw(DomainUuid domain) {
        return 0;
    }

    @Override
    public DomainFreeze freeze(DomainUuid domain, List<String> mountpoints) {
        return new DomainFreeze.AgentAbsent("none here");
    }

    @Override
    public String domainXml(DomainUuid domain) {
        throw new UnsupportedOperationException("nobody asks for it here");
    }

    @Override
    public void beginAtRest(DomainUuid domain, BackupOrder order, Instant takenAt) {
        requireOff(domain);
        for (BackupOrder.DiskOrder disk : order.disks()) {
            disk.incrementalFrom().ifPresent(from -> requireInTopOnly(disk.target(), from));
        }
        String name = order.newCheckpoint().orElseThrow();
        checkpoints.add(name);
        for (Disk disk : disks.values()) {
            disk.top().bitmaps.put(name, new TrueImage.Bitmap());
            disk.top().touch(takenAt.getEpochSecond());
        }
        disks.values().forEach(disk -> store(disk.top()));
    }

    private void requireInTopOnly(String target, String checkpoint) {
        requireUsable(target, checkpoint);
        TrueImage top = Objects.requireNonNull(disks.get(target)).top();
        for (TrueImage layer = top.below; layer != null; layer = layer.below) {
            if (layer.bitmaps.containsKey(checkpoint)) {
                throw new CheckpointBroken("checkpoint " + checkpoint + " on " + target + " is below as well");
            }
        }
    }

    @Override
    public String restStamp(DomainUuid domain) {
        requireOff(domain);
        var stamp = new StringBuilder().append(life);
        disks.forEach((target, disk) ->
                stamp.append(' ').append(target).append(disk.top().stamp()));
        return stamp.toString();
    }

    private void requireOff(DomainUuid domain) {
        if (isRunning) {
            throw new DomainBusy("domain " + domain + " runs");
        }
    }

    @Override
    public void defineDomain(String xml) {
        throw new UnsupportedOperationException("nothing is defined here");
    }

    @Override
    public DomainJobStatistics jobStatistics(DomainUuid domain) {
        return new DomainJobStatistics(0, 0);
    }

    @Override
    public GuestIo guestIo(DomainUuid domain) {
        return GuestIo.NONE;
    }
}
