package io.tidemark.agent.backup;

import io.tidemark.agent.epoch.ImageLineage;
import io.tidemark.schemas.vocabulary.VmState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Has epochs go on while we change the images that a domain's disks stand on, or the images below them,
/// without a change that the guest would see and with every bitmap in its place.
public final class MovingImages {
    /// Between an image's name and that of the one below, in an identity.
    private static final String BELOW = "/";

    private final Hypervisor hypervisor;
    private final ImageLineage lineage;
    private final RestWatch rest;

    public MovingImages(Hypervisor hypervisor, Watches watches) {
        this.hypervisor = hypervisor;
        this.lineage = watches.lineage();
        this.rest = watches.rest();
    }

    /// Does what moves the images of these disks; whoever looks at the domain meanwhile sees it as it was, and
    /// of a domain that is off nothing counts as changed by others that was not before. If that fails, or the
    /// agent dies in it, an image that a disk stands on then may be another one, and the disk is backed up
    /// full.
    public <T> T over(DomainView before, Set<String> targets, Supplier<T> moves) {
        if (targets.isEmpty()) {
            return moves.get();
        }
        Set<String> unchanged = new HashSet<>(targets);
        if (before.state() == VmState.OFF) {
            unchanged.removeAll(rest.changed(before));
        }
        lineage.hold(before.uuid(), identities(before));
        try {
            T done = moves.get();
            DomainView after = hypervisor.domain(before.uuid());
            if (before.state() == VmState.OFF && after.state() == VmState.OFF) {
                rest.forget(after, unchanged);
            }
            targets.forEach(target -> lineage.goesOn(identity(before, target), identity(after, target)));
            return done;
        } finally {
            lineage.release(before.uuid());
        }
    }

    /// The disks whose image stands on another one, which is known by when it was changed.
    static Set<String> onOthers(DomainView domain) {
        return domain.disks().stream()
                .filter(disk -> disk.imageIdentity().orElse("").contains(BELOW))
                .map(DomainDisk::target)
                .collect(Collectors.toSet());
    }

    private Map<String, String> identities(DomainView domain) {
        Map<String, String> identities = new HashMap<>();
        for (DomainDisk disk : domain.disks()) {
            disk.imageIdentity().ifPresent(image -> identities.put(disk.target(), lineage.of(image)));
        }
        return identities;
    }

    private static Optional<String> identity(DomainView domain, String target) {
        return domain.disks().stream()
                .filter(disk -> disk.target().equals(target))
                .findFirst()
                .flatMap(DomainDisk::imageIdentity);
    }
}
