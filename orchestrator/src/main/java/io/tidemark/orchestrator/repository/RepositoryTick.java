package io.tidemark.orchestrator.repository;

import io.tidemark.orchestrator.catalog.Catalog;
import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.catalog.RestorePoint.CopyState;
import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Asks again for what a repository has not answered: a lost message is made good here. At each start it asks every
/// repository for the incarnation that it holds, as the catalog may be an older copy.
@ApplicationScoped
public final class RepositoryTick implements Tick {
    private final Repositories repositories;
    private final RepositoryCommands commands;
    private final Catalog catalog;
    private final Incarnation incarnation;
    private final Transactions transactions;

    public RepositoryTick(
            Repositories repositories,
            RepositoryCommands commands,
            Catalog catalog,
            Incarnation incarnation,
            Transactions transactions) {
        this.repositories = repositories;
        this.commands = commands;
        this.catalog = catalog;
        this.incarnation = incarnation;
        this.transactions = transactions;
    }

    @Override
    public String name() {
        return "repository-reminders";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(60);
    }

    @Override
    public void run() {
        transactions.run(() -> {
            repositories.all().forEach(this::remind);
            catalog.points().forEach(this::remindOfRemoval);
        });
    }

    private void remind(Repository repository) {
        if (repository.state() != Repository.State.READY) {
            commands.create(repository.id());
        } else if (repository.incarnation() < incarnation.current() || !incarnation.isHeard(repository.id())) {
            commands.raise(repository.id());
        }
    }

    private void remindOfRemoval(RestorePoint point) {
        point.copies().stream()
                .filter(copy -> copy.state() == CopyState.REMOVING && !incarnation.holdsDeletion(copy.repository()))
                .forEach(copy -> commands.remove(copy.repository(), point.vm(), point.id()));
    }
}
