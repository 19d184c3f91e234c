package io.tidemark.orchestrator.rebuild;

import io.tidemark.schemas.id.RepositoryId;
import java.util.function.Consumer;

/// An export of a repository, as `docs/formats/catalog-export.md` describes it. It can be read again and again;
/// each reading refuses with an `Invalid` that names the line what is not as described, once it is there.
public interface Export {
    /// By which id the catalog knows the repository: an export does not say.
    RepositoryId repository();

    /// The catalog incarnation that writers need at least.
    long incarnation();

    /// Hands out each VM, and keeps none.
    void forEach(Consumer<ExportedVm> taker);
}
