package io.tidemark.agent.maintenance;

import io.tidemark.agent.export.CatalogExport;
import io.tidemark.agent.maintenance.ExportPages.TooLarge;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.Repositories;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.schemas.command.MaintenanceCommand;
import io.tidemark.schemas.command.MaintenanceCommand.CreateRepository;
import io.tidemark.schemas.command.MaintenanceCommand.ExportCatalog;
import io.tidemark.schemas.command.MaintenanceCommand.ListPoints;
import io.tidemark.schemas.command.MaintenanceCommand.RaiseIncarnation;
import io.tidemark.schemas.command.MaintenanceCommand.RemovePoint;
import io.tidemark.schemas.envelope.MessageTypes;
import io.tidemark.schemas.event.MaintenanceEvent;
import io.tidemark.schemas.event.MaintenanceEvent.IncarnationRaised;
import io.tidemark.schemas.event.MaintenanceEvent.ListedPoint;
import io.tidemark.schemas.event.MaintenanceEvent.MaintenanceFailed;
import io.tidemark.schemas.event.MaintenanceEvent.PointRemoved;
import io.tidemark.schemas.event.MaintenanceEvent.PointsListed;
import io.tidemark.schemas.event.MaintenanceEvent.RepositoryCreated;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Carries out maintenance commands. Each may be carried out twice and answers the same. Safe for use by many
/// threads.
public final class MaintenanceService {
    private static final Logger LOG = Logger.getLogger(MaintenanceService.class);

    private final Repositories repositories;
    private final Consumer<RepositoryId> removals;

    /// @param removals is told of each repository that something was removed from
    public MaintenanceService(Repositories repositories, Consumer<RepositoryId> removals) {
        this.repositories = repositories;
        this.removals = removals;
    }

    /// Reports what was done: for a listing its pages, the last one marked, for an export its pages, else one
    /// event; or one `MaintenanceFailed`, which may follow pages of a listing. Never throws for outcomes.
    ///
    /// @param id of the command's message, which a failure names
    public void carryOut(MessageId id, MaintenanceCommand command, Consumer<MaintenanceEvent> report) {
        try {
            switch (command) {
                case CreateRepository create -> report.accept(created(create));
                case ListPoints list -> list(list, report);
                case ExportCatalog export -> export(export, report);
                case RemovePoint remove -> report.accept(removed(remove));
                case RaiseIncarnation raise -> report.accept(raised(raise));
            }
        } catch (RepositoryException e) {
            report.accept(failed(id, command, e.reason(), String.valueOf(e.getMessage())));
        } catch (TooLarge e) {
            report.accept(failed(id, command, FailureReason.INTERNAL, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.errorf(e, "maintenance command %s failed", id);
            report.accept(failed(id, command, FailureReason.INTERNAL, e.toString()));
        }
    }

    private MaintenanceEvent created(CreateRepository command) {
        Repository repository = repositories.of(command.repository());
        repository.create();
        repository.raiseIncarnation(command.incarnation());
        return new RepositoryCreated(command.repository(), repository.incarnation());
    }

    private void list(ListPoints command, Consumer<MaintenanceEvent> report) {
        Repository repository = repositories.of(command.repository());
        VmId only = command.vm();
        List<VmId> vms = only == null ? repository.vms() : List.of(only);
        List<ListedPoint> page = new ArrayList<>();
        for (VmId vm : vms) {
            for (RestorePoint point : repository.points(vm)) {
                if (page.size() == MaintenanceEvent.MAX_PAGE) {
                    report.accept(new PointsListed(command.repository(), only, page, false));
                    page.clear();
                }
                page.add(listed(point));
            }
        }
        report.accept(new PointsListed(command.repository(), only, page, true));
    }

    private static ListedPoint listed(RestorePoint point) {
        return new ListedPoint(
                point.key().point(),
                point.key().vm(),
                point.receipt().commitRecord().hex(),
                point.description().takenAt(),
                point.description().consistency(),
                point.receipt().storedBytes());
    }

    /// All of it is made before a page is told: each says how many there are, and what the digest of all is.
    private void export(ExportCatalog command, Consumer<MaintenanceEvent> report) {
        ExportPages pages = new ExportPages();
        CatalogExport.forEach(
                repositories.of(command.repository()), document -> pages.add(CatalogExport.line(document)));
        pages.told(command.repository(), command.export()).forEach(report);
    }

    private MaintenanceEvent removed(RemovePoint command) {
        Repository repository = repositories.of(command.repository());
        try {
            repository.remove(new PointKey(command.vm(), command.point()));
            removals.accept(command.repository());
        } catch (NoSuchPoint absent) {
            LOG.debugf("point %s of VM %s is absent already", command.point(), command.vm());
        }
        return new PointRemoved(command.repository(), command.vm(), command.point());
    }

    private MaintenanceEvent raised(RaiseIncarnation command) {
        Repository repository = repositories.of(command.repository());
        repository.raiseIncarnation(command.incarnation());
        return new IncarnationRaised(command.repository(), repository.incarnation());
    }

    private static MaintenanceEvent failed(
            MessageId id, MaintenanceCommand command, FailureReason reason, String detail) {
        return new MaintenanceFailed(repository(command), id, MessageTypes.typeOf(command.getClass()), reason, detail);
    }

    private static RepositoryId repository(MaintenanceCommand command) {
        return switch (command) {
            case CreateRepository create -> create.repository();
            case ListPoints list -> list.repository();
            case ExportCatalog export -> export.repository();
            case RemovePoint remove -> remove.repository();
            case RaiseIncarnation raise -> raise.repository();
        };
    }
}
