package io.tidemark.agent.snapshot;

import static io.tidemark.schemas.vocabulary.SnapshotMechanism.BTRFS;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.FULL_COPY;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.LVM_CLASSIC;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.LVM_THIN;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.QCOW2_INTERNAL;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.QCOW2_OVERLAY;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.QEMU_COPY_BEFORE_WRITE;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.REFLINK;

import io.tidemark.agent.backup.DomainView;
import io.tidemark.schemas.command.AgentCommand.CreateSnapshot;
import io.tidemark.schemas.command.AgentCommand.VolumeOrder;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.VmState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Chooses a mechanism for each volume of a snapshot, and has each member planned. Changes nothing.
final class SnapshotPlanner {
    /// What is chosen first where nothing is asked for: what lets increments go on, is quick, and costs little.
    private static final List<SnapshotMechanism> FOR_QCOW2 = List.of(
            QCOW2_OVERLAY, QCOW2_INTERNAL, REFLINK, BTRFS, LVM_THIN, LVM_CLASSIC, QEMU_COPY_BEFORE_WRITE, FULL_COPY);

    private static final List<SnapshotMechanism> FOR_RAW =
            List.of(LVM_THIN, REFLINK, BTRFS, QCOW2_OVERLAY, LVM_CLASSIC, QEMU_COPY_BEFORE_WRITE, FULL_COPY);

    private final Mechanisms mechanisms;
    private final Volumes volumes;

    SnapshotPlanner(Mechanisms mechanisms, Volumes volumes) {
        this.mechanisms = mechanisms;
        this.volumes = volumes;
    }

    /// One volume and what its part of the snapshot is to be.
    record Planned(Volume volume, SnapshotMember member) {}

    /// A volume and the snapshot that is asked for of it.
    ///
    /// @param kind null for any, as is the mechanism
    private record Wish(
            Volume volume,
            @Nullable SnapshotKind kind,
            @Nullable SnapshotMechanism mechanism,
            boolean memory) {
        boolean allows(SnapshotMechanism candidate) {
            return (kind == null || candidate.kind() == kind)
                    && (mechanism == null || candidate == mechanism)
                    && (!memory || candidate == QCOW2_INTERNAL);
        }

        String text() {
            return (mechanism == null ? "" : "mechanism " + mechanism.code() + " ")
                    + (kind == null ? "" : "kind " + kind.code() + " ")
                    + (memory ? "with memory" : "");
        }
    }

    /// @param domain null for volumes that no VM has
    List<Planned> plan(CreateSnapshot command, @Nullable DomainView domain) {
        requireMemory(command, domain);
        List<Planned> planned = new ArrayList<>();
        for (Wish wish : wishes(command, domain)) {
            planned.add(new Planned(wish.volume(), member(wish, domain, command.name())));
        }
        if (planned.isEmpty()) {
            throw new SnapshotException(
                    FailureReason.NO_SUCH_VOLUME,
                    "snapshot " + command.name() + ": expected at least one volume on this host, found none");
        }
        return List.copyOf(planned);
    }

    /// Memory is that of a guest that has some, and goes with all its disks.
    private static void requireMemory(CreateSnapshot command, @Nullable DomainView domain) {
        if (command.memory() && (domain == null || domain.state() == VmState.OFF)) {
            throw new SnapshotException(
                    FailureReason.VM_OFF,
                    "snapshot " + command.name() + " with memory: expected a VM that runs, found "
                            + (domain == null ? "none" : domain.name() + " off"));
        }
        if (command.memory() && !command.volumes().isEmpty()) {
            throw new SnapshotException(
                    FailureReason.MECHANISM_UNAVAILABLE,
                    "snapshot " + command.name() + " with memory: expected all disks, found that some were chosen");
        }
    }

    private List<Wish> wishes(CreateSnapshot command, @Nullable DomainView domain) {
        if (domain != null && command.volumes().isEmpty()) {
            return domain.disks().stream()
                    .map(disk -> new Wish(
                            Volumes.of(domain, disk.target()), command.kind(), command.mechanism(), command.memory()))
                    .toList();
        }
        return command.volumes().stream()
                .map(order -> new Wish(
                        volume(order, domain),
                        order.kind() == null ? command.kind() : order.kind(),
                        order.mechanism() == null ? command.mechanism() : order.mechanism(),
                        command.memory()))
                .toList();
    }

    private Volume volume(VolumeOrder order, @Nullable DomainView domain) {
        String target = order.target();
        String path = order.path();
        if (domain != null && target != null) {
            return Volumes.of(domain, target);
        }
        if (domain == null && path != null) {
            return volumes.unattached(path);
        }
        throw new SnapshotException(
                FailureReason.MESSAGE_MALFORMED,
                "volumes: expected targets of a domain, or paths without one, found " + order);
    }

    private SnapshotMember member(Wish wish, @Nullable DomainView domain, SnapshotName name) {
        List<String> lacks = new ArrayList<>();
        List<SnapshotMechanism> possible = new ArrayList<>();
        for (SnapshotMechanism candidate : all(wish.volume().format())) {
            Optional<String> whyNot = mechanisms.whyNot(domain, wish.volume(), candidate);
            if (whyNot.isEmpty() && wish.allows(candidate)) {
                return mechanisms.plan(domain, wish.volume(), candidate, name);
            }
            whyNot.filter(_ -> wish.allows(candidate)).ifPresent(lack -> lacks.add(candidate.code() + ": " + lack));
            if (whyNot.isEmpty()) {
                possible.add(candidate);
            }
        }
        throw new SnapshotException(
                wish.mechanism() == null ? FailureReason.KIND_UNAVAILABLE : FailureReason.MECHANISM_UNAVAILABLE,
                wish.volume() + ": expected a snapshot " + wish.text().strip() + ", found that it can have "
                        + offers(possible) + (lacks.isEmpty() ? "" : "; " + String.join("; ", lacks)));
    }

    private static String offers(List<SnapshotMechanism> possible) {
        return possible.isEmpty()
                ? "none"
                : String.join(
                        ", ",
                        possible.stream()
                                .map(each -> each.kind().code() + " by " + each.code())
                                .toList());
    }

    /// Every mechanism that a volume of that format may have at all, the favourite first.
    static List<SnapshotMechanism> all(ImageFormat format) {
        return format == ImageFormat.QCOW2 ? FOR_QCOW2 : FOR_RAW;
    }
}
