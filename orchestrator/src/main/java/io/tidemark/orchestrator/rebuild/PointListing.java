package io.tidemark.orchestrator.rebuild;

import io.tidemark.orchestrator.catalog.CatalogImport;
import io.tidemark.orchestrator.catalog.CatalogImport.Standing;
import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.catalog.RestorePoint.Copy;
import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Lists some exported points of one VM. Joins the caller's transaction.
@ApplicationScoped
final class PointListing {
    private final CatalogImport catalog;
    private final EpochBook epochs;
    private final Hosts hosts;

    PointListing(CatalogImport catalog, EpochBook epochs, Hosts hosts) {
        this.catalog = catalog;
        this.epochs = epochs;
        this.hosts = hosts;
    }

    /// How many stand how; refuses what the catalog says otherwise. Changes nothing.
    Map<Standing, Integer> compare(List<ExportedPoint> points) {
        Map<RestorePointId, RestorePoint> known = known(points);
        Map<Standing, Integer> counts = new EnumMap<>(Standing.class);
        points.forEach(point -> counts.merge(standing(point, known), 1, Integer::sum));
        return counts;
    }

    /// Lists those that are not, and says how many these were. The caller holds the VM's lock.
    ///
    /// @param revision what the new rows begin with
    int list(VmId vm, List<ExportedPoint> points, long revision) {
        Map<RestorePointId, RestorePoint> known = known(points);
        List<RestorePoint> added = new ArrayList<>();
        int copies = 0;
        for (ExportedPoint point : points) {
            RestorePoint wanted = withRevision(point.point(), revision);
            switch (standing(point, known)) {
                case NEW -> {
                    catalog.add(wanted);
                    added.add(wanted);
                }
                case NEW_COPY -> {
                    catalog.addCopy(wanted);
                    copies++;
                }
                case LISTED, REMOVED -> {
                    // as it is
                }
            }
        }
        endEpochs(vm, added, revision);
        return added.size() + copies;
    }

    private Map<RestorePointId, RestorePoint> known(List<ExportedPoint> points) {
        return catalog.known(points.stream().map(point -> point.point().id()).toList());
    }

    private Standing standing(ExportedPoint point, Map<RestorePointId, RestorePoint> known) {
        return catalog.standing(
                point.place(), point.point(), known.get(point.point().id()));
    }

    /// What a bitmap is good for is not known of a point that the catalog has not heard of: the next backup is
    /// full. A copy has moved no epoch.
    private void endEpochs(VmId vm, List<RestorePoint> added, long revision) {
        Set<DiskId> rows = hosts.disks(vm).stream().map(Disk::id).collect(Collectors.toSet());
        Set<EpochBook.Key> ended = new HashSet<>();
        for (RestorePoint point : added.reversed()) {
            Attempt attempt = point.attempt();
            for (RestorePoint.DiskPart part : point.disks()) {
                EpochBook.Key key = new EpochBook.Key(vm, part.disk(), point.tracker());
                if (attempt != null && !point.isCopy() && rows.contains(part.disk()) && ended.add(key)) {
                    epochs.endUnknown(key, attempt, revision);
                }
            }
        }
    }

    private static RestorePoint withRevision(RestorePoint point, long revision) {
        List<Copy> copies = point.copies().stream()
                .map(copy -> new Copy(
                        copy.repository(),
                        copy.state(),
                        copy.commitDigest(),
                        copy.storedBytes(),
                        copy.newBytes(),
                        revision))
                .toList();
        return new RestorePoint(
                point.id(),
                point.vm(),
                point.tracker(),
                point.parent(),
                point.takenAt(),
                point.consistency(),
                point.freezeMillis(),
                point.durationMillis(),
                point.task(),
                point.attempt(),
                copies,
                point.disks(),
                point.freeze());
    }
}
