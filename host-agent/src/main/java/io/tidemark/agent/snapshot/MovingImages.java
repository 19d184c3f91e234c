package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.epoch.ImageLineage;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Has epochs go on while disks get overlays of ours, which have the bitmaps of the images below, and while
/// these are merged, which gives them back.
final class MovingImages {
    private final SnapshotPorts ports;
    private final ImageLineage lineage;

    MovingImages(SnapshotPorts ports) {
        this.ports = ports;
        this.lineage = ports.watches().lineage();
    }

    /// Does what moves the members' images; whoever looks at the domain meanwhile sees it as it was. If that
    /// fails, or an agent dies in it, an image that the disk stands on then may be another one, and the disk is
    /// backed up full.
    <T> T over(@Nullable DomainView before, List<SnapshotMember> members, Supplier<T> moves) {
        if (before == null || members.stream().noneMatch(MovingImages::isOverlay)) {
            return moves.get();
        }
        lineage.hold(before.uuid(), identities(before));
        try {
            T done = moves.get();
            DomainView after = ports.hypervisor().domain(before.uuid());
            members.stream()
                    .filter(MovingImages::isOverlay)
                    .forEach(member -> lineage.goesOn(identity(before, member), identity(after, member)));
            return done;
        } finally {
            lineage.release(before.uuid());
        }
    }

    private static boolean isOverlay(SnapshotMember member) {
        return member.mechanism() == SnapshotMechanism.QCOW2_OVERLAY;
    }

    private Map<String, String> identities(DomainView domain) {
        Map<String, String> identities = new HashMap<>();
        for (DomainDisk disk : domain.disks()) {
            disk.imageIdentity().ifPresent(image -> identities.put(disk.target(), lineage.of(image)));
        }
        return identities;
    }

    private static Optional<String> identity(DomainView domain, SnapshotMember member) {
        return domain.disks().stream()
                .filter(disk -> disk.target().equals(member.target()))
                .findFirst()
                .flatMap(DomainDisk::imageIdentity);
    }
}
