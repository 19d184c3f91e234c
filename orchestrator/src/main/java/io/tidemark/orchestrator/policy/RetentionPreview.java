package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.catalog.Catalog;
import io.tidemark.orchestrator.catalog.PointHold;
import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.catalog.RestorePoint.Copy;
import io.tidemark.orchestrator.catalog.RestorePoint.CopyState;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.policy.DryRun.Goner;
import io.tidemark.orchestrator.policy.DryRun.Removal;
import io.tidemark.orchestrator.policy.DryRun.Why;
import io.tidemark.orchestrator.policy.KeptPoints.Line;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Says what retention and earlier requests would remove, and removes nothing. Joins the caller's transaction.
@ApplicationScoped
final class RetentionPreview {
    private final Policies policies;
    private final Catalog catalog;
    private final Hosts hosts;

    RetentionPreview(Policies policies, Catalog catalog, Hosts hosts) {
        this.policies = policies;
        this.catalog = catalog;
        this.hosts = hosts;
    }

    /// Of the points whose attempts are lower.
    DryRun before(Attempt attempt) {
        KeptPoints kept = new KeptPoints(policies.all());
        List<Removal> removals = new ArrayList<>();
        for (Vm vm : hosts.vms()) {
            removals.addAll(of(vm, kept.of(vm), attempt));
        }
        return new DryRun(attempt, removals);
    }

    private List<Removal> of(Vm vm, Map<Line, Policy> kept, Attempt attempt) {
        List<RestorePoint> oldestFirst = catalog.points(vm.id()).stream()
                .filter(point -> point.attempt() == null || point.attempt().compareTo(attempt) < 0)
                .sorted(RestorePoint.OLDEST_FIRST)
                .toList();
        Set<Line> lines = oldestFirst.stream()
                .flatMap(point -> point.copies().stream().map(copy -> new Line(copy.repository(), point.tracker())))
                .collect(Collectors.toSet());
        List<Removal> removals = new ArrayList<>();
        for (Line line : lines) {
            Policy policy = kept.get(line);
            List<RestorePoint> ofLine = oldestFirst.stream().filter(line::has).toList();
            List<Goner> goners = goners(vm, line.repository(), policy, ofLine);
            if (!goners.isEmpty()) {
                String name = policy == null ? null : policy.name();
                removals.add(new Removal(line.repository(), vm.id(), vm.name(), line.tracker(), name, goners));
            }
        }
        removals.sort(
                Comparator.comparing((Removal removal) -> removal.repository().value())
                        .thenComparing(removal -> removal.tracker().value()));
        return removals;
    }

    private List<Goner> goners(
            Vm vm, RepositoryId repository, @Nullable Policy policy, List<RestorePoint> oldestFirst) {
        Set<RestorePointId> beyond = beyond(vm, repository, policy, oldestFirst);
        Set<RestorePointId> pinned = catalog.pinned(vm.id());
        List<Goner> goners = new ArrayList<>();
        for (RestorePoint point : oldestFirst) {
            for (Copy copy : point.copies()) {
                if (!copy.repository().equals(repository)) {
                    continue;
                }
                if (copy.state() == CopyState.REMOVING) {
                    goners.add(goner(point, copy, Why.ASKED_FOR));
                } else if (beyond.contains(point.id())) {
                    boolean isNeeded = pinned.contains(point.id());
                    goners.add(goner(point, copy, isNeeded ? Why.RETENTION_ONCE_UNUSED : Why.RETENTION));
                }
            }
        }
        return goners;
    }

    /// What pins a point ends soon, so the points that are only pinned are among them.
    private Set<RestorePointId> beyond(
            Vm vm, RepositoryId repository, @Nullable Policy policy, List<RestorePoint> oldestFirst) {
        if (policy == null) {
            return Set.of();
        }
        List<RestorePoint> available = oldestFirst.stream()
                .filter(point -> point.isAvailableIn(repository))
                .toList();
        Set<RestorePointId> held = catalog.holds(vm.id()).stream()
                .filter(hold -> hold.repository().equals(repository))
                .map(PointHold::point)
                .collect(Collectors.toSet());
        return new HashSet<>(Retention.beyond(available, held, policy.terms().keepLast()));
    }

    private static Goner goner(RestorePoint point, Copy copy, Why why) {
        return new Goner(point.id(), point.takenAt(), copy.storedBytes(), why);
    }
}
