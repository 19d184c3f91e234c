package io.tidemark.orchestrator.rebuild;

import io.tidemark.orchestrator.catalog.CatalogImport;
import io.tidemark.orchestrator.catalog.CatalogImport.Standing;
import io.tidemark.orchestrator.catalog.PointHold;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.rebuild.VmPlacing.Placed;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Takes over one VM, a few points a transaction, each under the VM's lock.
@ApplicationScoped
final class VmRebuild {
    private static final int POINTS_A_TRANSACTION = 500;

    private final VmPlacing placing;
    private final PointListing listing;
    private final CatalogImport catalog;
    private final Hosts hosts;
    private final Transactions transactions;

    VmRebuild(VmPlacing placing, PointListing listing, CatalogImport catalog, Hosts hosts, Transactions transactions) {
        this.placing = placing;
        this.listing = listing;
        this.catalog = catalog;
        this.hosts = hosts;
        this.transactions = transactions;
    }

    /// By which rules a VM is taken over.
    ///
    /// @param isDomainItsOwn false if another VM of the export has the same domain and is newer
    /// @param revision what new rows begin with
    record Terms(RepositoryId repository, boolean isDomainItsOwn, long revision) {}

    /// What was not known before.
    ///
    /// @param note what a person ought to know; null if nothing
    record Added(
            boolean isVm, int points, int holds, @Nullable String note) {}

    /// How many of its points the catalog does not list; refuses a VM of which it says something else.
    int lacking(ExportedVm vm) {
        transactions.run(() -> placing.requireAgreement(vm));
        int lacking = 0;
        for (List<ExportedPoint> some : parts(vm.points())) {
            Map<Standing, Integer> counts = transactions.call(() -> listing.compare(some));
            lacking += counts.getOrDefault(Standing.NEW, 0) + counts.getOrDefault(Standing.NEW_COPY, 0);
        }
        return lacking;
    }

    Added rebuild(ExportedVm vm, Terms terms) {
        Placed placed = transactions.call(() -> placing.place(vm, terms.isDomainItsOwn(), terms.revision()));
        int points = 0;
        for (List<ExportedPoint> some : parts(vm.points())) {
            points += transactions.call(() -> {
                hosts.lock(vm.id());
                return listing.list(vm.id(), some, terms.revision());
            });
        }
        return new Added(placed.isNew(), points, holds(vm, terms.repository()), placed.note());
    }

    private int holds(ExportedVm vm, RepositoryId repository) {
        if (vm.points().stream().anyMatch(point -> point.holds() == null)) {
            return 0;
        }
        List<PointHold> holds = vm.points().stream()
                .flatMap(point -> point.holds() == null ? Stream.empty() : point.holds().stream())
                .toList();
        return transactions.call(() -> {
            hosts.lock(vm.id());
            return catalog.holds(vm.id(), repository, holds);
        });
    }

    private static List<List<ExportedPoint>> parts(List<ExportedPoint> points) {
        List<List<ExportedPoint>> parts = new ArrayList<>();
        for (int from = 0; from < points.size(); from += POINTS_A_TRANSACTION) {
            parts.add(points.subList(from, Math.min(points.size(), from + POINTS_A_TRANSACTION)));
        }
        return parts;
    }
}
