package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
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

    /// The top image is the last one.
    private static final class Disk {
        final List<Layer> layers = new ArrayList<>();

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
                ? Set.of(SnapshotMechanism.QCOW2_OVERLAY, SnapshotMechanism.QCOW2_INTERNAL)
                : Set.of(SnapshotMechanism.QCOW2_OVERLAY);
    }

    @Override
    public Optional<String> whyNot(DomainUuid asked, Volume volume, SnapshotMechanism mechanism) {
        known(asked);
        return mechanisms(true).contains(mechanism) ? Optional.empty() : Optional.of("expected another, found it");
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

    @Override
    public void take(DomainUuid asked, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        changing(asked, "take " + name);
        boolean isFit = members.size() == disks.size() && members.stream().noneMatch(ScriptedSnapshots::isOverlay);
        if (memory && !isFit) {
            throw refused(FailureReason.MECHANISM_UNAVAILABLE, "memory");
        }
        members.forEach(this::take);
    }

    private static boolean isOverlay(SnapshotMember member) {
        return member.mechanism() == SnapshotMechanism.QCOW2_OVERLAY;
    }

    private void take(SnapshotMember member) {
        Disk disk = disk(member);
        Layer top = disk.layers.getLast();
        if (!isOverlay(member)) {
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
    public void stop(DomainUuid asked) {
        changing(asked, "stop");
        isOff = true;
        isPaused = false;
    }

    @Override
    public void start(DomainUuid asked) {
        changing(asked, "start");
        isOff = false;
    }
}
