package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Output;
import io.tidemark.agent.cli.view.PointView;
import io.tidemark.agent.cli.view.VmView;
import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.Hold;
import io.tidemark.agent.repository.VmHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// All that a repository knows of its VMs and points, as `docs/formats/catalog-export.md` describes it.
///
/// @param documents one a line: the repository, and each VM before its points
record CatalogExport(List<Object> documents, int vms, int points) {
    private static final int FORMAT = 1;

    private record Head(String kind, int format, String repository, long incarnation, int vms) {}

    /// Refuses a repository that is damaged, or whose names and disks the key does not open.
    static CatalogExport of(RepositoryOptions options) {
        Lookup lookup = new Lookup(options.repository());
        if (!lookup.damages().isEmpty()) {
            throw lookup.damages().getFirst();
        }
        requireOpen(options, lookup.repository());
        return of(lookup.repository(), lookup.histories());
    }

    private static void requireOpen(RepositoryOptions options, BlobRepository repository) {
        boolean isOpen = repository
                .keyring()
                .map(keyring -> options.storage()
                        .unlocking()
                        .map(key -> key.unlock(keyring).canOpen())
                        .orElse(false))
                .orElse(true);
        if (!isOpen) {
            throw CommandFailure.failed("repository " + options.folder()
                    + ": expected a key that opens names and disks, which a catalog needs, found none");
        }
    }

    private static CatalogExport of(BlobRepository repository, List<VmHistory> histories) {
        String id = repository.id().map(UUID::toString).orElseThrow();
        List<Object> documents = new ArrayList<>();
        documents.add(new Head("repository", FORMAT, id, repository.incarnation(), histories.size()));
        for (VmHistory history : histories) {
            List<Hold> holds = repository.holds(history.vm());
            documents.add(VmView.of(history));
            history.points().stream()
                    .map(entry -> PointView.of(entry).with(holds))
                    .forEach(documents::add);
        }
        return new CatalogExport(List.copyOf(documents), histories.size(), documents.size() - histories.size() - 1);
    }

    List<String> lines() {
        return documents.stream().map(Output::line).toList();
    }
}
