package io.tidemark.orchestrator.export.db;

import io.tidemark.orchestrator.export.AskedExport;
import io.tidemark.orchestrator.export.ExportState;
import io.tidemark.orchestrator.export.ExportState.Arriving;
import io.tidemark.orchestrator.export.ExportState.Asked;
import io.tidemark.orchestrator.export.ExportState.Complete;
import io.tidemark.orchestrator.export.ExportState.Failed;
import io.tidemark.orchestrator.export.Exports;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.hibernate.Session;

/// The row of a repository's export is the lock of its pages: who asks anew takes it first and then drops them, and
/// no page is kept without it.
@ApplicationScoped
final class ExportTables implements Exports {
    private static final String ASKED = "ASKED";
    private static final String ARRIVING = "ARRIVING";
    private static final String COMPLETE = "COMPLETE";
    private static final String FAILED = "FAILED";

    private static final String BEGIN = """
            insert into catalog_export (repository_id, export_id, state, pages, asked_at)
            values (:repository, :export, :state, 0, :now)
            on conflict (repository_id) do update set export_id = excluded.export_id, state = excluded.state,
                pages = 0, digest = null, detail = null, asked_at = excluded.asked_at""";

    private static final String PAGE = """
            select page_text from catalog_export_page join catalog_export using (repository_id)
            where export_id = :export and page = :page""";

    private final Session session;

    ExportTables(Session session) {
        this.session = session;
    }

    @Override
    public void begin(AskedExport export) {
        session.createNativeMutationQuery(BEGIN)
                .setParameter("repository", export.repository().value())
                .setParameter("export", export.id().value())
                .setParameter("state", ASKED)
                .setParameter("now", export.askedAt())
                .executeUpdate();
        dropPages(export.repository());
    }

    @Override
    public Optional<AskedExport> byId(ExportId id) {
        return found(id, LockModeType.NONE);
    }

    @Override
    public Optional<AskedExport> lock(ExportId id) {
        return found(id, LockModeType.PESSIMISTIC_WRITE);
    }

    private Optional<AskedExport> found(ExportId id, LockModeType lock) {
        return session.createSelectionQuery("from ExportEntity where export = :export", ExportEntity.class)
                .setParameter("export", id.value())
                .setLockMode(lock)
                .uniqueResultOptional()
                .map(this::read);
    }

    @Override
    public List<AskedExport> open() {
        return session
                .createSelectionQuery(
                        "from ExportEntity where state in (:open) order by repository", ExportEntity.class)
                .setParameterList("open", List.of(ASKED, ARRIVING))
                .getResultList()
                .stream()
                .map(this::read)
                .toList();
    }

    @Override
    public void update(AskedExport export) {
        ExportEntity row = session.find(ExportEntity.class, export.repository().value());
        if (row == null || !row.export.equals(export.id().value())) {
            throw new IllegalStateException("export " + export.id() + ": expected a row that is locked, found none");
        }
        switch (export.state()) {
            case Asked _ -> row.state = ASKED;
            case Arriving(String digest, int pages, Set<Integer> _) -> {
                row.state = ARRIVING;
                row.digest = digest;
                row.pages = pages;
            }
            case Complete(String digest, int pages) -> {
                row.state = COMPLETE;
                row.digest = digest;
                row.pages = pages;
            }
            case Failed(String why) -> {
                row.state = FAILED;
                row.detail = why;
            }
        }
    }

    private AskedExport read(ExportEntity row) {
        return new AskedExport(new ExportId(row.export), new RepositoryId(row.repository), row.askedAt, state(row));
    }

    private ExportState state(ExportEntity row) {
        return switch (row.state) {
            case ASKED -> new Asked();
            case ARRIVING -> new Arriving(Objects.requireNonNull(row.digest), row.pages, kept(row.repository));
            case COMPLETE -> new Complete(Objects.requireNonNull(row.digest), row.pages);
            case FAILED -> new Failed(Objects.requireNonNullElse(row.detail, ""));
            default -> throw new IllegalStateException("catalog_export: found the state " + row.state);
        };
    }

    private Set<Integer> kept(String repository) {
        return Set.copyOf(session.createNativeQuery(
                        "select page from catalog_export_page where repository_id = :repository", Integer.class)
                .setParameter("repository", repository)
                .getResultList());
    }

    @Override
    public void keepPage(RepositoryId repository, int page, String text) {
        session.createNativeMutationQuery("""
                        insert into catalog_export_page (repository_id, page, page_text)
                        values (:repository, :page, :text)""")
                .setParameter("repository", repository.value())
                .setParameter("page", page)
                .setParameter("text", text)
                .executeUpdate();
    }

    @Override
    public void dropPages(RepositoryId repository) {
        session.createNativeMutationQuery("delete from catalog_export_page where repository_id = :repository")
                .setParameter("repository", repository.value())
                .executeUpdate();
    }

    @Override
    public Optional<String> page(ExportId id, int page) {
        return session.createNativeQuery(PAGE, String.class)
                .setParameter("export", id.value())
                .setParameter("page", page)
                .uniqueResultOptional();
    }
}
