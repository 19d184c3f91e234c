package io.tidemark.agent.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tidemark.agent.repository.Hold;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.VmHistory;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/// All that a repository knows of its VMs and points, as `docs/formats/catalog-export.md` describes it.
///
/// @param documents one a line: the repository, and each VM before its points
public record CatalogExport(List<Object> documents, int vms, int points) {
    private static final int FORMAT = 1;
    private static final ObjectWriter JSON = new ObjectMapper()
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
            .writer();

    private record Head(String kind, int format, String repository, long incarnation, int vms) {}

    public CatalogExport {
        documents = List.copyOf(documents);
    }

    /// Refuses a repository that is damaged, or whose names and disks the key does not open.
    public static CatalogExport of(Repository repository) {
        List<Object> documents = new ArrayList<>();
        forEach(repository, documents::add);
        int vms = (int) documents.stream().filter(VmView.class::isInstance).count();
        return new CatalogExport(documents, vms, documents.size() - vms - 1);
    }

    /// Hands out one document after another, and has those of one VM in memory at a time. Refuses as `of` does,
    /// once it meets what is damaged.
    public static void forEach(Repository repository, Consumer<Object> taker) {
        if (!repository.canOpen()) {
            throw new KeyRefused("repository " + repository.name()
                    + ": expected a key that opens names and disks, which a catalog needs, found none");
        }
        List<VmId> vms = repository.vms();
        String id = repository.id().map(UUID::toString).orElseThrow();
        taker.accept(new Head("repository", FORMAT, id, repository.incarnation(), vms.size()));
        for (VmId vm : vms) {
            VmHistory history = repository.history(vm);
            List<Hold> holds = repository.holds(vm);
            taker.accept(VmView.of(history));
            history.points().forEach(entry -> taker.accept(PointView.of(entry).with(holds)));
        }
    }

    /// One document in one line, without its end.
    public static String line(Object document) {
        try {
            return JSON.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("export: cannot be written as JSON", e);
        }
    }

    public List<String> lines() {
        return documents.stream().map(CatalogExport::line).toList();
    }
}
