package io.tidemark.orchestrator.export;

import io.tidemark.orchestrator.export.ExportState.Arriving;
import io.tidemark.orchestrator.export.ExportState.Asked;
import io.tidemark.orchestrator.export.ExportState.Complete;
import io.tidemark.orchestrator.export.ExportState.Failed;
import io.tidemark.orchestrator.incarnation.IncarnationListener;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.repository.RepositoryService;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/// Asks for exports, and hands them out. The unit of work is one export: its row and the command.
@ApplicationScoped
public final class ExportService implements IncarnationListener {
    private final Exports exports;
    private final RepositoryService repositories;
    private final Transactions transactions;
    private final Supplier<UUID> ids;
    private final Clock clock;

    ExportService(
            Exports exports,
            RepositoryService repositories,
            Transactions transactions,
            Supplier<UUID> ids,
            Clock clock) {
        this.exports = exports;
        this.repositories = repositories;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
    }

    /// Asks the maintenance agent of a registered repository. An earlier export of it is forgotten, with all that
    /// still comes of that.
    public AskedExport ask(RepositoryId repository) {
        return transactions.call(() -> {
            AskedExport asked = new AskedExport(new ExportId(ids.get()), repository, clock.instant(), new Asked());
            repositories.export(repository, asked.id());
            exports.begin(asked);
            return asked;
        });
    }

    /// The export, or a refusal that names it.
    public AskedExport export(ExportId id) {
        return transactions.call(() -> exports.byId(id)).orElseThrow(() -> new Refusal.NoSuch("export", id));
    }

    /// The text of an export that is complete; any other is refused with what is there of it.
    public ExportedText text(ExportId id) {
        AskedExport export = export(id);
        return switch (export.state()) {
            case Complete complete -> new ExportedText(export, complete.pages(), exports, transactions);
            case Asked _ -> throw incomplete(id, "none by now");
            case Arriving some -> throw incomplete(id, some.kept().size() + " of " + some.pages() + " by now");
            case Failed(String why) -> throw incomplete(id, "that it failed: " + why);
        };
    }

    private static Refusal.Conflict incomplete(ExportId id, String found) {
        return new Refusal.Conflict("export " + id, "all its pages", found);
    }

    /// Commands that were not sent yet are forgotten with the incarnation. One that is carried out twice is no
    /// harm.
    @Override
    public void raised(long incarnation) {
        exports.open().stream()
                .filter(export -> repositories.isKnown(export.repository()))
                .forEach(export -> repositories.export(export.repository(), export.id()));
    }
}
