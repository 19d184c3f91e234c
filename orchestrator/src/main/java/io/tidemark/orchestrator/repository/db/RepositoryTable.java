package io.tidemark.orchestrator.repository.db;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tidemark.orchestrator.repository.Repositories;
import io.tidemark.orchestrator.repository.Repository;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/// Repositories as rows.
@ApplicationScoped
final class RepositoryTable implements Repositories {
    private final Rows rows;

    RepositoryTable(Rows rows) {
        this.rows = rows;
    }

    @Override
    public List<Repository> all() {
        return rows.list("order by id").stream().map(RepositoryTable::read).toList();
    }

    @Override
    public Optional<Repository> byId(RepositoryId id) {
        return rows.findByIdOptional(id.value()).map(RepositoryTable::read);
    }

    @Override
    public void store(Repository repository) {
        RepositoryEntity known = rows.findById(repository.id().value());
        RepositoryEntity row = known == null ? new RepositoryEntity() : known;
        row.id = repository.id().value();
        row.state = repository.state().name();
        row.incarnation = repository.incarnation();
        row.detail = repository.detail();
        row.unlistedPoints = repository.unlistedPoints();
        row.registeredAt = repository.registeredAt();
        if (known == null) {
            rows.persist(row);
        }
    }

    private static Repository read(RepositoryEntity row) {
        return new Repository(
                new RepositoryId(row.id),
                Repository.State.valueOf(row.state),
                row.incarnation,
                row.detail,
                row.unlistedPoints,
                row.registeredAt);
    }

    @ApplicationScoped
    static final class Rows implements PanacheRepositoryBase<RepositoryEntity, String> {}
}
