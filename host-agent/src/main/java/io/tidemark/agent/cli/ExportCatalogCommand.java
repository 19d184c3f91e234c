package io.tidemark.agent.cli;

import io.tidemark.agent.export.CatalogExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
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
    @Mixin
    private final RepositoryOptions options;

    @Option(names = "--out", paramLabel = "FILE", description = "where to; else to standard output")
    private @Nullable Path file;

    ExportCatalogCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Answer(String file, int vms, int points) {}

    @Override
    public Integer call() throws IOException {
        CatalogExport export = CatalogExport.of(options.repository());
        if (file == null) {
            options.answer(export.documents(), export.lines());
            return RepoMain.DONE;
        }
        write(file.toAbsolutePath(), export.lines());
        options.answer(
                new Answer(file.toString(), export.vms(), export.points()),
                List.of("wrote " + export.points() + " points of " + export.vms() + " VMs to " + file));
        return RepoMain.DONE;
    }

    /// Whole or not at all; an earlier export is replaced.
    private static void write(Path file, List<String> lines) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".partial");
        Files.write(temporary, lines);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
