package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Output;
import io.tidemark.agent.cli.view.PointView;
import io.tidemark.agent.cli.view.VmView;
import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.VmHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Writes what a catalog needs, as `docs/formats/catalog-export.md` describes it. Its fields are what was typed.
@Command(
        name = "export-catalog",
        description = "Writes what a catalog needs to know of each VM and restore point, as JSON lines.")
final class ExportCatalogCommand implements Callable<Integer> {
    private static final int FORMAT = 1;

    @Mixin
    private final RepositoryOptions options;

    @Option(names = "--out", paramLabel = "FILE", description = "where to; else to standard output")
    private @Nullable Path file;

    ExportCatalogCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Head(String kind, int format, String repository, long incarnation) {}

    private record Answer(String file, int vms, int points) {}

    @Override
    public Integer call() throws IOException {
        Lookup lookup = new Lookup(options.repository());
        if (!lookup.damages().isEmpty()) {
            throw lookup.damages().getFirst();
        }
        List<Object> documents = documents(lookup.repository(), lookup.histories());
        List<String> lines = documents.stream().map(Output::line).toList();
        if (file == null) {
            options.answer(documents, lines);
            return RepoMain.DONE;
        }
        write(file.toAbsolutePath(), lines);
        int vms = lookup.histories().size();
        int points = documents.size() - vms - 1;
        options.answer(
                new Answer(file.toString(), vms, points),
                List.of("wrote " + points + " points of " + vms + " VMs to " + file));
        return RepoMain.DONE;
    }

    private static List<Object> documents(BlobRepository repository, List<VmHistory> histories) {
        String id = repository.id().map(UUID::toString).orElseThrow();
        List<Object> documents = new ArrayList<>();
        documents.add(new Head("repository", FORMAT, id, repository.incarnation()));
        for (VmHistory history : histories) {
            documents.add(VmView.of(history));
            history.points().stream().map(PointView::of).forEach(documents::add);
        }
        return documents;
    }

    /// Whole or not at all; an earlier export is replaced.
    private static void write(Path file, List<String> lines) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".partial");
        Files.write(temporary, lines);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
