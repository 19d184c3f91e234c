package io.tidemark.orchestrator.repository;

import io.tidemark.orchestrator.outbox.TopicRegistry;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.run.RepositoryDirectory;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/// Registers repositories. The unit of work is one repository: its row and the command that makes it.
@ApplicationScoped
public final class RepositoryService implements RepositoryDirectory {
    private final Repositories repositories;
    private final RepositoryCommands commands;
    private final Transactions transactions;
    private final TopicRegistry topics;
    private final Clock clock;

    public RepositoryService(
            Repositories repositories,
            RepositoryCommands commands,
            Transactions transactions,
            TopicRegistry topics,
            Clock clock) {
        this.repositories = repositories;
        this.commands = commands;
        this.transactions = transactions;
        this.topics = topics;
        this.clock = clock;
    }

    /// Makes the repository's topics and asks its maintenance agent to make it. A registered one is left as it is,
    /// and asked for again unless it is ready.
    public Repository register(RepositoryId id) {
        topics.makeForRepository(id);
        return transactions.call(() -> {
            Optional<Repository> known = repositories.byId(id);
            if (known.isPresent() && known.get().state() == Repository.State.READY) {
                return known.get();
            }
            Repository asked = known.map(Repository::asked)
                    .orElseGet(() -> new Repository(id, Repository.State.CREATING, 0, null, 0, clock.instant()));
            repositories.store(asked);
            commands.create(id);
            return asked;
        });
    }

    public List<Repository> all() {
        return transactions.call(repositories::all);
    }

    /// The repository, or a refusal that names it.
    public Repository repository(RepositoryId id) {
        return transactions.call(() -> repositories.byId(id)).orElseThrow(() -> new Refusal.NoSuch("repository", id));
    }

    /// Asks the maintenance agent of a registered repository for an export; refuses another. Joins the caller's
    /// transaction.
    public void export(RepositoryId id, ExportId export) {
        commands.export(repository(id).id(), export);
    }

    @Override
    public boolean isKnown(RepositoryId repository) {
        return transactions.call(() -> repositories.byId(repository)).isPresent();
    }

    @Override
    public boolean isReady(RepositoryId repository) {
        return transactions
                .call(() -> repositories.byId(repository))
                .filter(known -> known.state() == Repository.State.READY)
                .isPresent();
    }
}
