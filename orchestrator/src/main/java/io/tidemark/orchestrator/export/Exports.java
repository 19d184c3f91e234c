package io.tidemark.orchestrator.export;

import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import java.util.List;
import java.util.Optional;

/// Where exports and their pages are kept, one export a repository. Joins the caller's transaction.
public interface Exports {
    /// Takes the place of the repository's export, whose pages go.
    void begin(AskedExport export);

    Optional<AskedExport> byId(ExportId id);

    /// The same; nobody else changes it or its pages before the end of the transaction.
    Optional<AskedExport> lock(ExportId id);

    /// Those that have not ended.
    List<AskedExport> open();

    /// Stores the state of one that is locked.
    void update(AskedExport export);

    /// Keeps a page of one that is locked.
    void keepPage(RepositoryId repository, int page, String text);

    void dropPages(RepositoryId repository);

    /// Empty if there is no such page, as another export has taken the place of this one.
    Optional<String> page(ExportId id, int page);
}
