package io.tidemark.orchestrator.repository;

import io.tidemark.orchestrator.catalog.Catalog;
import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.schemas.command.MaintenanceCommand.CreateRepository;
import io.tidemark.schemas.envelope.MessageTypes;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.MaintenanceEvent;
import io.tidemark.schemas.event.MaintenanceEvent.CatalogExported;
import io.tidemark.schemas.event.MaintenanceEvent.IncarnationRaised;
import io.tidemark.schemas.event.MaintenanceEvent.MaintenanceFailed;
import io.tidemark.schemas.event.MaintenanceEvent.PointRemoved;
import io.tidemark.schemas.event.MaintenanceEvent.PointsListed;
import io.tidemark.schemas.event.MaintenanceEvent.RepositoryCreated;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.jboss.logging.Logger;

/// Hears what repositories' maintenance agents did and found. Each event may come late or twice.
@ApplicationScoped
public final class RepositoryEvents implements MessageHandler {
    private static final Logger LOG = Logger.getLogger(RepositoryEvents.class);

    private final Repositories repositories;
    private final RepositoryCommands commands;
    private final Catalog catalog;

    public RepositoryEvents(Repositories repositories, RepositoryCommands commands, Catalog catalog) {
        this.repositories = repositories;
        this.commands = commands;
        this.catalog = catalog;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(
                RepositoryCreated.class,
                IncarnationRaised.class,
                PointsListed.class,
                PointRemoved.class,
                MaintenanceFailed.class);
    }

    @Override
    public void handle(Received<?> received) {
        Repository speaker = speaker(received.place().topic());
        switch ((MaintenanceEvent) received.envelope().body()) {
            case RepositoryCreated(RepositoryId of, long heard) -> created(same(speaker, of), heard);
            case IncarnationRaised(RepositoryId of, long heard) ->
                repositories.store(same(speaker, of).holding(heard));
            case PointsListed listed -> listed(same(speaker, listed.repository()), listed);
            case PointRemoved removed ->
                catalog.removed(
                        removed.point(), same(speaker, removed.repository()).id());
            case CatalogExported page ->
                throw new IllegalStateException("heard page " + page.page() + " of export " + page.export());
            case MaintenanceFailed failed -> failed(same(speaker, failed.repository()), failed);
        }
    }

    private Repository speaker(String topic) {
        return Topics.repositoryOfEvents(topic)
                .flatMap(repositories::byId)
                .orElseThrow(() -> new UnacceptableMessage(
                        "topic: expected the events of a registered repository, found " + topic));
    }

    private static Repository same(Repository speaker, RepositoryId named) {
        if (!speaker.id().equals(named)) {
            throw new UnacceptableMessage(
                    "repository: expected " + speaker.id() + " as the topic says, found " + named);
        }
        return speaker;
    }

    private void created(Repository repository, long heard) {
        repositories.store(repository.created(heard));
        LOG.infof("repository %s is ready", repository.id());
        commands.list(repository.id());
    }

    private void listed(Repository repository, PointsListed page) {
        long unknown = page.points().stream()
                .filter(point -> catalog.point(point.point()).isEmpty())
                .count();
        if (unknown > 0) {
            LOG.warnf("repository %s holds %d points that the catalog does not know", repository.id(), unknown);
            repositories.store(repository.withUnlisted(Math.toIntExact(unknown)));
        }
    }

    private void failed(Repository repository, MaintenanceFailed failed) {
        String detail = failed.commandType() + ": " + failed.reason().code() + ": " + failed.detail();
        boolean isCreation = failed.commandType().equals(MessageTypes.typeOf(CreateRepository.class));
        LOG.warnf("repository %s: %s", repository.id(), detail);
        if (isCreation) {
            repositories.store(repository.failed(detail));
        }
    }
}
