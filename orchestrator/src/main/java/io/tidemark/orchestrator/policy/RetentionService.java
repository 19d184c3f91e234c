package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.catalog.Catalog;
import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.repository.RepositoryCommands;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/// Lets go of what retention no longer keeps. The unit of work is one tracker of one VM in one repository: the
/// copies taken out of use and the commands that remove them.
///
/// Where several policies protect a VM in one repository with one tracker, the one that keeps most counts. Points
/// that no enabled policy protects are all kept.
@ApplicationScoped
final class RetentionService {
    private static final Logger LOG = Logger.getLogger(RetentionService.class);

    private final Policies policies;
    private final Catalog catalog;
    private final RepositoryCommands commands;
    private final Transactions transactions;

    RetentionService(Policies policies, Catalog catalog, RepositoryCommands commands, Transactions transactions) {
        this.policies = policies;
        this.catalog = catalog;
        this.commands = commands;
        this.transactions = transactions;
    }

    /// Does it for these VMs.
    void apply(List<Vm> vms) {
        KeptPoints kept = new KeptPoints(transactions.call(policies::all));
        for (Vm vm : vms) {
            kept.of(vm)
                    .forEach((line, most) -> transactions.run(
                            () -> prune(vm.id(), line, most.terms().keepLast())));
        }
    }

    private void prune(VmId vm, KeptPoints.Line line, int keepLast) {
        RepositoryId repository = line.repository();
        List<RestorePoint> oldestFirst = catalog.points(vm).stream()
                .filter(point -> line.has(point) && point.isAvailableIn(repository))
                .sorted(RestorePoint.OLDEST_FIRST)
                .toList();
        if (oldestFirst.size() <= keepLast) {
            return;
        }
        Set<RestorePointId> needed = new HashSet<>(catalog.pinned(vm));
        catalog.holds(vm).stream()
                .filter(hold -> hold.repository().equals(repository))
                .forEach(hold -> needed.add(hold.point()));
        for (RestorePointId point : Retention.beyond(oldestFirst, needed, keepLast)) {
            if (catalog.markRemoving(point, repository)) {
                commands.remove(repository, vm, point);
                LOG.infof("retention removes point %s of VM %s from repository %s", point, vm, repository);
            }
        }
    }
}
