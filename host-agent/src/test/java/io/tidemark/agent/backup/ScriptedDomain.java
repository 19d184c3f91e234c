package io.tidemark.agent.backup;

import io.tidemark.agent.extent.DirtyMap;
import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/// One domain in memory: bytes, checkpoints with their bitmaps, and a job that shows the bytes as they were.
public final class ScriptedDomain implements DiskSources {
    private static final int GRANULE = ExtentMap.GRANULE_BYTES;

    final DomainUuid uuid;
    final String name;
    final Map<String, Disk> disks = new LinkedHashMap<>();
    final Map<String, Map<String, Bitmap>> checkpoints = new LinkedHashMap<>();
    final Set<String> forgotten = new HashSet<>();
    VmState state = VmState.RUNNING;
    /// Where the guest has file systems; without any it has no agent.
    List<String> mounted = List.of("/");
    boolean isFrozen;
    volatile GuestIo io = GuestIo.NONE;
    /// How many of them a freeze holds.
    int frozenCount;
    private int starts;
    /// Whether a freeze takes effect but is not answered.
    boolean isFreezeUncertain;
    DomainJob job = new DomainJob.None();
    Optional<BackupOrder> order = Optional.empty();
    /// Whether reads wait until their source is closed.
    volatile boolean isReadingHung;
    private final List<MemorySource> open = new ArrayList<>();
    /// Open until the first job has ended, or somebody tried to end one.
    final CountDownLatch jobEnded = new CountDownLatch(1);
    /// As they were asked for.
    final List<Path> endedLeftovers = new ArrayList<>();

    public ScriptedDomain(DomainUuid uuid, String name) {
        this.uuid = uuid;
        this.name = name;
    }

    static final class Disk {
        final String format;
        final byte[] bytes;
        final String serial;
        final String identity;
        Optional<Path> image = Optional.empty();
        byte[] shown = new byte[0];
        BitSet shownDirty = new BitSet();

        private Disk(String target, String format, int size) {
            this.format = format;
            bytes = new byte[size];
            serial = "SER-" + target;
            identity = "image-" + target;
        }
    }

    static final class Bitmap {
        final BitSet dirty = new BitSet();
        BitmapState state = BitmapState.RECORDING;
    }

    public void addDisk(String target, String format, int size) {
        disks.put(target, new Disk(target, format, size));
    }

    /// Has the domain run, stand still or be off, as others see it.
    public void turn(VmState next) {
        state = next;
    }

    public VmState state() {
        return state;
    }

    /// Ends a freeze, as a guard does.
    public void melt() {
        isFrozen = false;
    }

    /// Whether a freeze holds the guest.
    public boolean isFrozen() {
        return isFrozen;
    }

    /// Gives the disk another target, with its serial, its image and the bitmaps in it.
    public void rename(String target, String other) {
        disks.put(other, Objects.requireNonNull(disks.remove(target), target));
        for (Map<String, Bitmap> bitmaps : checkpoints.values()) {
            Optional.ofNullable(bitmaps.remove(target)).ifPresent(bitmap -> bitmaps.put(other, bitmap));
        }
    }

    /// Has the disk's image be that file, whose content nobody reads.
    public void lie(String target, Path image) {
        disk(target).image = Optional.of(image);
    }

    /// Begins a bitmap on one disk.
    public void checkpoint(String name, String target) {
        forgotten.remove(name);
        checkpoints.put(name, new LinkedHashMap<>(Map.of(target, new Bitmap())));
    }

    /// As libvirt does when a domain without a definition ends: the bitmaps stay.
    public void forgetCheckpoints() {
        forgotten.addAll(checkpoints.keySet());
    }

    /// As somebody does who opens the image beside QEMU.
    void writePastBitmaps(String target, int offset, int length, int pattern) {
        Arrays.fill(disk(target).bytes, offset, offset + length, (byte) pattern);
    }

    public void write(String target, int offset, int length, int pattern) {
        io = new GuestIo(io.requests() + 1, io.nanos() + 1000);
        writePastBitmaps(target, offset, length, pattern);
        checkpoints.values().stream()
                .flatMap(bitmaps -> Optional.ofNullable(bitmaps.get(target)).stream())
                .forEach(bitmap -> bitmap.dirty.set(offset / GRANULE, (offset + length - 1) / GRANULE + 1));
    }

    private Disk disk(String target) {
        return Objects.requireNonNull(disks.get(target), target);
    }

    private Bitmap bitmap(String checkpoint, String target) {
        Map<String, Bitmap> bitmaps = Objects.requireNonNull(checkpoints.get(checkpoint), checkpoint);
        return Objects.requireNonNull(bitmaps.get(target), target);
    }

    /// Of a domain that is off they are not counted.
    Map<String, BitmapView> bitmaps(String target) {
        Map<String, BitmapView> views = countedBitmaps(target);
        if (state == VmState.OFF) {
            views.replaceAll((_, view) -> new BitmapView(view.state(), GRANULE, OptionalLong.empty()));
        }
        return views;
    }

    Map<String, BitmapView> countedBitmaps(String target) {
        Map<String, BitmapView> views = new LinkedHashMap<>();
        checkpoints.forEach((checkpoint, bitmaps) -> {
            Bitmap bitmap = bitmaps.get(target);
            if (bitmap != null && bitmap.state != BitmapState.MISSING) {
                long dirtyBytes = (long) bitmap.dirty.cardinality() * GRANULE;
                views.put(checkpoint, new BitmapView(bitmap.state, GRANULE, OptionalLong.of(dirtyBytes)));
            }
        });
        return views;
    }

    BitmapState bitmapState(String checkpoint, String target) {
        Bitmap bitmap = checkpoints.getOrDefault(checkpoint, Map.of()).get(target);
        return bitmap == null ? BitmapState.MISSING : bitmap.state;
    }

    void breakBitmap(RestorePointId point, String target, BitmapState broken) {
        breakBitmap(BackupOrder.checkpointName(point), target, broken);
    }

    public void breakBitmap(String checkpoint, String target, BitmapState broken) {
        bitmap(checkpoint, target).state = broken;
    }

    /// As when the power is cut: the job ends with it.
    public void turnOff() {
        endJob();
        isFrozen = false;
        state = VmState.OFF;
    }

    /// As after the power comes back.
    public void turnOn() {
        starts++;
        state = VmState.RUNNING;
    }

    DomainView view() {
        return new DomainView(
                uuid,
                name,
                state,
                disks.entrySet().stream()
                        .map(each -> view(each.getKey(), each.getValue()))
                        .toList());
    }

    private static DomainDisk view(String target, Disk disk) {
        return new DomainDisk(
                target,
                "virtio",
                Optional.of(disk.serial),
                disk.format,
                disk.image,
                OptionalLong.of(disk.bytes.length),
                Optional.of(disk.identity),
                disk.format.equals("raw") ? Optional.of(Reason.TRACKING_UNSUPPORTED) : Optional.empty());
    }

    /// As a bitmap that `qemu-img` adds, and a checkpoint that libvirt is told of.
    void beginAtRest(BackupOrder begun) {
        begun.newCheckpoint().ifPresent(checkpoint -> checkpoints.put(checkpoint, newBitmaps(begun)));
    }

    private static Map<String, Bitmap> newBitmaps(BackupOrder begun) {
        Map<String, Bitmap> bitmaps = new LinkedHashMap<>();
        begun.disks().stream()
                .filter(BackupOrder.DiskOrder::isCheckpointed)
                .forEach(disk -> bitmaps.put(disk.target(), new Bitmap()));
        return bitmaps;
    }

    /// Of what was written and how often it was started.
    String restStamp() {
        return starts + ":"
                + disks.values().stream()
                        .map(disk -> Arrays.hashCode(disk.bytes))
                        .toList();
    }

    void begin(BackupOrder begun) {
        for (BackupOrder.DiskOrder disk : begun.disks()) {
            Disk known = disk(disk.target());
            known.shown = known.bytes.clone();
            known.shownDirty = disk.incrementalFrom()
                    .map(from -> (BitSet) bitmap(from, disk.target()).dirty.clone())
                    .orElseGet(BitSet::new);
        }
        begun.newCheckpoint().ifPresent(checkpoint -> checkpoints.put(checkpoint, newBitmaps(begun)));
        order = Optional.of(begun);
        job = new DomainJob.OurBackup(begun.point());
    }

    void endJob() {
        order = Optional.empty();
        job = new DomainJob.None();
        open.forEach(MemorySource::close);
        open.clear();
        jobEnded.countDown();
    }

    @Override
    public DiskSource open(Path socket, String target, Optional<String> bitmap) throws IOException {
        if (order.isEmpty() || !order.get().nbdSocket().equals(socket)) {
            throw new IOException("no export at " + socket);
        }
        Disk disk = disk(target);
        var source = new MemorySource(this, disk.shown, bitmap.map(_ -> dirty(disk.shown.length, disk.shownDirty)));
        open.add(source);
        return source;
    }

    /// What is written meanwhile is seen.
    @Override
    public DiskSource openAtRest(DomainDisk disk, Path socket, Optional<String> bitmap) {
        byte[] bytes = disk(disk.target()).bytes;
        return new MemorySource(
                this, bytes, bitmap.map(name -> dirty(bytes.length, bitmap(name, disk.target()).dirty)));
    }

    @Override
    public void endLeftovers(Path socketPrefix) {
        endedLeftovers.add(socketPrefix);
    }

    private static DirtyMap dirty(int size, BitSet granules) {
        var dirty = new DirtyMap(size);
        granules.stream()
                .forEach(granule -> dirty.add((long) granule * GRANULE, Math.min(GRANULE, size - granule * GRANULE)));
        return dirty;
    }
}
