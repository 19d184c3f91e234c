package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Snapshots of one domain with disks of one byte each, in memory. Not for several threads.
public final class ScriptedSnapshots implements DomainSnapshots {
    /// What was asked for, in its order, as `take NAME`.
    public final List<String> calls = new ArrayList<>();

    /// Thrown by the next calls that change something, before they do; an empty one lets its call pass.
    public final Deque<Optional<RuntimeException>> failures = new ArrayDeque<>();

    public boolean isOff;
    public boolean isPaused;
    private final DomainUuid domain;
    private final Map<String, Disk> disks = new TreeMap<>();

    /// @param volumes where the disks lie, by their targets
    public ScriptedSnapshots(DomainUuid domain, Map<String, Path> volumes) {
        this.domain = domain;
        volumes.forEach((target, path) -> disks.put(target, new Disk(path)));
    }

    /// An image and what the guest sees on it.
    private static final class Layer {
        final Path path;
        int value;
        final Map<String, Integer> inside = new LinkedHashMap<>();

        Layer(Path path, int value) {
            this.path = path;
            this.value = value;
        }
    }

    /// What becomes of a snapshot by copy before write.
    private enum Fate {
        KEPT,
        SET_ASIDE,
        REVERTED,
        LOST
    }

    /// One by copy before write.
    private static final class Copy {
        final int value;
        Fate fate = Fate.KEPT;

        Copy(int value) {
            this.value = value;
        }
    }

    /// The top image is the last one.
    private static final class Disk {
        final List<Layer> layers = new ArrayList<>();
        final Map<String, Copy> copies = new LinkedHashMap<>();

        Disk(Path path) {
            layers.add(new Layer(path, 0));
        }

        Optional<Layer> layer(String path) {
            return layers.stream()
                    .filter(each -> each.path.toString().equals(path))
                    .findFirst();
        }
    }

    public Path lies(String target) {
        return disk(target).layers.getLast().path;
    }

    public void write(String target, int value) {
        disk(target).layers.getLast().value = value;
    }

    public int value(String target) {
        return disk(target).layers.getLast().value;
    }

    private Disk disk(String target) {
        Disk disk = disks.get(target);
        if (disk == null) {
            throw refused(FailureReason.NO_SUCH_VOLUME, "disk " + target);
        }
        return disk;
    }

    private Disk disk(SnapshotMember member) {
        return disk(String.valueOf(member.target()));
    }

    private static SnapshotException refused(FailureReason reason, String what) {
        return new SnapshotException(reason, what + ": planned");
    }

    private void known(DomainUuid asked) {
        if (!asked.equals(domain)) {
            throw new NoSuchDomain("domain " + asked + ": expected " + domain);
        }
    }

    private void changing(DomainUuid asked, String call) {
        known(asked);
        calls.add(call);
        Optional<RuntimeException> failure = failures.isEmpty() ? Optional.empty() : failures.pop();
        failure.ifPresent(planned -> {
            throw planned;
        });
    }

    @Override
    public Set<SnapshotMechanism> mechanisms(boolean isRunning) {
        return isRunning
                ? Set.of(
                        SnapshotMechanism.QCOW2_OVERLAY,
                        SnapshotMechanism.QCOW2_INTERNAL,
                        SnapshotMechanism.QEMU_COPY_BEFORE_WRITE)
                : Set.of(SnapshotMechanism.QCOW2_OVERLAY, SnapshotMechanism.QEMU_COPY_BEFORE_WRITE);
    }

    @Override
    public Optional<String> whyNot(DomainUuid asked, Volume volume, SnapshotMechanism mechanism) {
        known(asked);
        boolean isCopied = disks.containsKey(String.valueOf(volume.target()))
                && copies(volume).values().stream().anyMatch(copy -> copy.fate == Fate.KEPT);
        return switch (mechanism) {
            case QCOW2_INTERNAL -> Optional.empty();
            case QCOW2_OVERLAY -> isCopied ? Optional.of("expected no copy before write") : Optional.empty();
            case QEMU_COPY_BEFORE_WRITE ->
                isOff || isCopied || volume.format() != ImageFormat.RAW
                        ? Optional.of("expected a raw disk of a VM that is on, without another")
                        : Optional.empty();
            default -> Optional.of("expected another, found it");
        };
    }

    private Map<String, Copy> copies(Volume volume) {
        return disk(String.valueOf(volume.target())).copies;
    }

    @Override
    public SnapshotMember plan(DomainUuid asked, Volume volume, SnapshotMechanism mechanism, SnapshotName name) {
        if (whyNot(asked, volume, mechanism).isPresent()) {
            throw refused(FailureReason.MECHANISM_UNAVAILABLE, mechanism.code());
        }
        Disk disk = disk(String.valueOf(volume.target()));
        if (!disk.layers.getLast().path.equals(volume.path())) {
            throw refused(FailureReason.NO_SUCH_VOLUME, volume.toString());
        }
        boolean isOverlay = mechanism == SnapshotMechanism.QCOW2_OVERLAY;
        String stem = disk.layers.getFirst().path.toString();
        String file = stem + "." + name + ".qcow2";
        if (mechanism == SnapshotMechanism.QEMU_COPY_BEFORE_WRITE) {
            return plannedCopy(disk, volume, name);
        }
        boolean isTaken = isOverlay
                ? disk.layer(file).isPresent()
                : disk.layers.getLast().inside.containsKey(name.value());
        if (isTaken) {
            throw refused(FailureReason.NAME_TAKEN, name.value());
        }
        String path = volume.path().toString();
        return new SnapshotMember(
                volume.target(), path, mechanism, name.value(), isOverlay ? file : null, mechanism.code() + " " + stem);
    }

    private static SnapshotMember plannedCopy(Disk disk, Volume volume, SnapshotName name) {
        if (disk.copies.containsKey(name.value())) {
            throw refused(FailureReason.NAME_TAKEN, name.value());
        }
        String path = volume.path().toString();
        SnapshotMechanism mechanism = SnapshotMechanism.QEMU_COPY_BEFORE_WRITE;
        return new SnapshotMember(
                volume.target(), path, mechanism, name.value(), path + "@" + name + "." + mechanism.code(), path);
    }

    @Override
    public void take(DomainUuid asked, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        changing(asked, "take " + name);
        boolean isFit = members.size() == disks.size()
                && members.stream().allMatch(member -> member.mechanism() == SnapshotMechanism.QCOW2_INTERNAL);
        if (memory && !isFit) {
            throw refused(FailureReason.MECHANISM_UNAVAILABLE, "memory");
        }
        members.forEach(this::take);
    }

    private static boolean isCopied(SnapshotMember member) {
        return member.mechanism() == SnapshotMechanism.QEMU_COPY_BEFORE_WRITE;
    }

    private static boolean isOverlay(SnapshotMember member) {
        return member.mechanism() == SnapshotMechanism.QCOW2_OVERLAY;
    }

    private void take(SnapshotMember member) {
        Disk disk = disk(member);
        Layer top = disk.layers.getLast();
        if (isCopied(member)) {
            disk.copies.putIfAbsent(member.storageName(), new Copy(top.value));
        } else if (!isOverlay(member)) {
            top.inside.putIfAbsent(member.storageName(), top.value);
        } else if (disk.layer(file(member)).isEmpty()) {
            disk.layers.add(new Layer(Path.of(file(member)), top.value));
        }
    }

    private static String file(SnapshotMember member) {
        return Objects.requireNonNull(member.newFile());
    }

    @Override
    public List<SnapshotReport> list(DomainUuid asked, Volume volume) {
        known(asked);
        Disk disk = disk(String.valueOf(volume.target()));
        String stem = disk.layers.getFirst().path + ".";
        List<SnapshotReport> reports = new ArrayList<>();
        for (Layer layer : disk.layers.subList(1, disk.layers.size())) {
            String file = layer.path.toString();
            String name = file.substring(stem.length(), file.length() - ".qcow2".length());
            reports.add(new SnapshotReport(SnapshotMechanism.QCOW2_OVERLAY, name, null, file, null, List.of()));
        }
        disk.layers
                .getLast()
                .inside
                .keySet()
                .forEach(name -> reports.add(
                        new SnapshotReport(SnapshotMechanism.QCOW2_INTERNAL, name, null, null, null, List.of())));
        disk.copies.forEach((name, copy) -> {
            boolean isThere = copy.fate == Fate.KEPT || copy.fate == Fate.SET_ASIDE;
            reports.add(new SnapshotReport(
                    SnapshotMechanism.QEMU_COPY_BEFORE_WRITE,
                    isThere ? name : "file of " + name,
                    null,
                    null,
                    null,
                    isThere ? List.of() : List.of("nothing: it is lost")));
        });
        return reports;
    }

    @Override
    public void revert(DomainUuid asked, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        changing(asked, "revert " + name);
        if (!memory && !isOff) {
            throw refused(FailureReason.VM_RUNS, "domain " + domain);
        }
        members.forEach(this::revert);
    }

    private void revert(SnapshotMember member) {
        Disk disk = disk(member);
        Layer top = disk.layers.getLast();
        if (isCopied(member)) {
            Copy copy = stopped(member);
            top.value = copy.fate == Fate.REVERTED ? top.value : copy.value;
            copy.fate = Fate.REVERTED;
            return;
        }
        if (!isOverlay(member)) {
            Integer held = top.inside.get(member.storageName());
            if (held == null) {
                throw refused(FailureReason.SNAPSHOT_CHANGED, member.storageName());
            }
            top.value = held;
            return;
        }
        Layer overlay = disk.layer(file(member))
                .orElseThrow(() -> refused(FailureReason.SNAPSHOT_CHANGED, member.storageName()));
        if (overlay != top) {
            throw refused(FailureReason.SNAPSHOT_NEEDED, member.storageName());
        }
        top.value = disk.layers.get(disk.layers.size() - 2).value;
    }

    @Override
    public void delete(DomainUuid asked, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        changing(asked, "delete " + name);
        members.forEach(this::delete);
    }

    private void delete(SnapshotMember member) {
        Disk disk = disk(member);
        if (isCopied(member)) {
            Copy copy = disk.copies.get(member.storageName());
            if (copy != null && copy.fate == Fate.SET_ASIDE) {
                throw refused(FailureReason.SNAPSHOT_NEEDED, member.storageName());
            }
            disk.copies.remove(member.storageName());
            return;
        }
        if (!isOverlay(member)) {
            disk.layers.getLast().inside.remove(member.storageName());
            return;
        }
        disk.layer(file(member)).ifPresent(overlay -> {
            disk.layers.get(disk.layers.indexOf(overlay) - 1).value = overlay.value;
            disk.layers.remove(overlay);
        });
    }

    @Override
    public void pause(DomainUuid asked) {
        changing(asked, "pause");
        isPaused = !isOff;
    }

    @Override
    public void stop(DomainUuid asked, List<SnapshotMember> reverted) {
        changing(asked, "stop");
        List<Copy> wanted = reverted.stream()
                .filter(ScriptedSnapshots::isCopied)
                .map(this::stopped)
                .toList();
        wanted.stream().filter(copy -> copy.fate == Fate.KEPT).forEach(copy -> copy.fate = Fate.SET_ASIDE);
        disks.values().stream()
                .flatMap(disk -> disk.copies.values().stream())
                .filter(copy -> copy.fate == Fate.KEPT)
                .forEach(copy -> copy.fate = Fate.LOST);
        isOff = true;
        isPaused = false;
    }

    /// One that a domain is stopped for, or was.
    private Copy stopped(SnapshotMember member) {
        Copy copy = disk(member).copies.get(member.storageName());
        boolean isFit = copy != null
                && (isOff ? copy.fate == Fate.SET_ASIDE || copy.fate == Fate.REVERTED : copy.fate == Fate.KEPT);
        if (copy == null || !isFit) {
            throw refused(FailureReason.SNAPSHOT_CHANGED, member.storageName());
        }
        return copy;
    }

    @Override
    public void start(DomainUuid asked) {
        changing(asked, "start");
        boolean isAside = disks.values().stream()
                .flatMap(disk -> disk.copies.values().stream())
                .anyMatch(copy -> copy.fate == Fate.SET_ASIDE);
        if (isAside) {
            throw new RequestRefused("start: expected every volume there, found one set aside");
        }
        isOff = false;
    }
}
