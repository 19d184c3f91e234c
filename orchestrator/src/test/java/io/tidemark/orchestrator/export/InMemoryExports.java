package io.tidemark.orchestrator.export;

import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Exports in memory, for one thread.
final class InMemoryExports implements Exports {
    private final Map<RepositoryId, AskedExport> rows = new HashMap<>();
    private final Map<RepositoryId, Map<Integer, String>> pages = new HashMap<>();

    @Override
    public void begin(AskedExport export) {
        rows.put(export.repository(), export);
        dropPages(export.repository());
    }

    @Override
    public Optional<AskedExport> byId(ExportId id) {
        return rows.values().stream().filter(row -> row.id().equals(id)).findFirst();
    }

    @Override
    public Optional<AskedExport> lock(ExportId id) {
        return byId(id);
    }

    @Override
    public List<AskedExport> open() {
        return rows.values().stream()
                .filter(row -> row.state() instanceof ExportState.Asked || row.state() instanceof ExportState.Arriving)
                .toList();
    }

    @Override
    public void update(AskedExport export) {
        rows.put(export.repository(), export);
    }

    @Override
    public void keepPage(RepositoryId repository, int page, String text) {
        String before = pages.computeIfAbsent(repository, _ -> new HashMap<>()).putIfAbsent(page, text);
        if (before != null) {
            throw new IllegalStateException("page " + page + " of " + repository + ": expected none, found one");
        }
    }

    @Override
    public void dropPages(RepositoryId repository) {
        pages.remove(repository);
    }

    @Override
    public Optional<String> page(ExportId id, int page) {
        return byId(id).map(
                        row -> pages.getOrDefault(row.repository(), Map.of()).get(page));
    }
}
