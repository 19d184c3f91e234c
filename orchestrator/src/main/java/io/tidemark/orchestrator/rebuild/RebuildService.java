package io.tidemark.orchestrator.rebuild;

import io.tidemark.orchestrator.host.FreshReports;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.rebuild.Rebuilt.Counted;
import io.tidemark.orchestrator.rebuild.VmRebuild.Added;
import io.tidemark.orchestrator.rebuild.VmRebuild.Terms;
import io.tidemark.schemas.id.Attempt;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/// Makes what an export lists part of the catalog. First all of it is read and compared, and nothing is changed if
/// a line is wrong or the catalog says otherwise. Then deletion is made to stand still and the incarnation raised,
/// and only then is anything listed.
///
/// The unit of work is a few points of one VM. Whoever is interrupted begins again: what is listed is passed over,
/// so that the same export twice changes nothing.
@ApplicationScoped
public final class RebuildService {
    private static final Logger LOG = Logger.getLogger(RebuildService.class);
    /// Readers of the tables on topics ignore lower revisions, and an earlier life of the catalog has told them
    /// some.
    private static final int REVISION_BITS = 32;

    private final VmRebuild vms;
    private final ExportedRepository repository;
    private final FreshReports reports;
    private final CatalogLife life;
    private final Transactions transactions;

    RebuildService(
            VmRebuild vms,
            ExportedRepository repository,
            FreshReports reports,
            CatalogLife life,
            Transactions transactions) {
        this.vms = vms;
        this.repository = repository;
        this.reports = reports;
        this.life = life;
        this.transactions = transactions;
    }

    public Rebuilt rebuild(Export export) {
        repository.requireKnown(export.repository());
        Survey survey = new Survey();
        export.forEach(vm -> survey.see(vm, vms.lacking(vm)));
        transactions.run(() -> begin(export, survey));
        List<Added> added = new ArrayList<>();
        long revision = life.incarnation() << REVISION_BITS;
        export.forEach(vm -> {
            Terms terms = new Terms(export.repository(), survey.isDomainItsOwn(vm), revision);
            added.add(vms.rebuild(vm, terms));
        });
        transactions.run(() -> {
            repository.isListed(export.repository());
            reports.ask(); // they place the VMs
        });
        return told(export, survey, added);
    }

    /// No attempt may be given out that a log of the repository knows, and nothing be removed that nobody has
    /// looked at.
    private void begin(Export export, Survey survey) {
        Attempt greatest = survey.greatest();
        boolean isRaised = greatest != null && life.exceed(greatest);
        if (export.incarnation() > life.incarnation()) {
            isRaised |= life.exceed(new Attempt(export.incarnation(), 1));
        }
        if (isRaised) {
            repository.askAgain(export.repository());
        }
        if (survey.isLacking()) {
            life.holdDeletion();
        }
    }

    private Rebuilt told(Export export, Survey survey, List<Added> added) {
        List<String> notes = new ArrayList<>();
        for (Added each : added) {
            if (each.note() != null) {
                notes.add(each.note());
            }
        }
        Rebuilt rebuilt = new Rebuilt(
                export.repository(),
                life.incarnation(),
                life.holdsDeletion(),
                new Counted(
                        added.size(), (int) added.stream().filter(Added::isVm).count()),
                new Counted(
                        survey.points(), added.stream().mapToInt(Added::points).sum()),
                added.stream().mapToInt(Added::holds).sum(),
                notes);
        LOG.infof("catalog: it was built anew from an export: %s", rebuilt);
        return rebuilt;
    }
}
