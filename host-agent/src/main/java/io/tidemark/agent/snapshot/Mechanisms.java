package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.DomainView;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.VmState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All mechanisms of a host: those that the hypervisor has for a domain in its state, and those of the storage.
final class Mechanisms {
    private final DomainSnapshots domains;
    private final Map<SnapshotMechanism, VolumeSnapshots> storage = new EnumMap<>(SnapshotMechanism.class);

    Mechanisms(SnapshotPorts ports) {
        this.domains = ports.domains();
        ports.storage().forEach(each -> storage.put(each.mechanism(), each));
    }

    /// Whether the hypervisor takes it, and not the storage.
    boolean isOfDomain(@Nullable DomainView domain, SnapshotMechanism mechanism) {
        return domain != null
                && domains.mechanisms(domain.state() != VmState.OFF).contains(mechanism);
    }

    Optional<String> whyNot(@Nullable DomainView domain, Volume volume, SnapshotMechanism mechanism) {
        if (domain != null && isOfDomain(domain, mechanism)) {
            return domains.whyNot(domain.uuid(), volume, mechanism);
        }
        VolumeSnapshots known = storage.get(mechanism);
        if (known == null) {
            return Optional.of("expected an agent that has it, found one without");
        }
        if (mechanism == SnapshotMechanism.FULL_COPY && volume.isInUse()) {
            return Optional.of("expected the VM off, as a copy takes longer than a guest may stand still, found it on");
        }
        return known.whyNot(volume);
    }

    SnapshotMember plan(@Nullable DomainView domain, Volume volume, SnapshotMechanism mechanism, SnapshotName name) {
        return domain != null && isOfDomain(domain, mechanism)
                ? domains.plan(domain.uuid(), volume, mechanism, name)
                : ofStorage(mechanism).plan(volume, name);
    }

    VolumeSnapshots ofStorage(SnapshotMechanism mechanism) {
        VolumeSnapshots known = storage.get(mechanism);
        if (known == null) {
            throw new IllegalArgumentException(
                    "mechanism " + mechanism.code() + ": expected one of the storage, found none");
        }
        return known;
    }

    /// All snapshots of a volume, whoever made them. What both see is listed once.
    List<SnapshotReport> list(@Nullable DomainView domain, Volume volume) {
        List<SnapshotReport> found = new ArrayList<>();
        if (domain != null) {
            found.addAll(domains.list(domain.uuid(), volume));
        }
        for (VolumeSnapshots each : storage.values()) {
            if (each.whyNot(volume).isEmpty()) {
                each.list(volume).stream()
                        .filter(report -> found.stream().noneMatch(other -> isSame(other, report)))
                        .forEach(found::add);
            }
        }
        return List.copyOf(found);
    }

    private static boolean isSame(SnapshotReport one, SnapshotReport other) {
        return one.mechanism() == other.mechanism() && one.storageName().equals(other.storageName());
    }
}
