package io.tidemark.orchestrator.rebuild;

import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.repository.Repositories;
import io.tidemark.orchestrator.repository.Repository;
import io.tidemark.orchestrator.repository.RepositoryCommands;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;

/// The repository that was exported, as the catalog knows it.
@ApplicationScoped
final class ExportedRepository {
    private final Repositories repositories;
    private final RepositoryCommands commands;
    private final Transactions transactions;

    ExportedRepository(Repositories repositories, RepositoryCommands commands, Transactions transactions) {
        this.repositories = repositories;
        this.commands = commands;
        this.transactions = transactions;
    }

    void requireKnown(RepositoryId id) {
        transactions.run(() -> of(id));
    }

    /// What it was asked before is forgotten with the incarnation.
    void askAgain(RepositoryId id) {
        if (of(id).state() == Repository.State.READY) {
            commands.raise(id);
        } else {
            commands.create(id);
        }
    }

    /// It holds nothing that the catalog does not know.
    void isListed(RepositoryId id) {
        repositories.store(of(id).withAllListed());
    }

    private Repository of(RepositoryId id) {
        return repositories.byId(id).orElseThrow(() -> new Refusal.NoSuch("repository", id));
    }
}
