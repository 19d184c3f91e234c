package io.tidemark.agent.cli;

import io.tidemark.agent.backup.Domains;
import io.tidemark.agent.cli.view.Progress;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.restore.RestoreService;
import io.tidemark.agent.restore.RestoreSettings;
import io.tidemark.agent.restore.nbd.QemuNbdTargets;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.RestoreCompleted;
import io.tidemark.schemas.event.AgentEvent.RestoreFailed;
import io.tidemark.schemas.event.AgentEvent.RestoreProgressed;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Restores disks of a point to new images, as the agent does. Its fields are what was typed.
@Command(
        name = "restore",
        description = "Restores the disks of a point to new images, reads every byte back, and writes the domain's"
                + " definition beside them. No name appears before every disk was read back.")
final class RestoreCommand implements Callable<Integer> {
    private static final RepositoryId REPOSITORY = new RepositoryId("repository");
    private static final Duration TOOL_LIMIT = Duration.ofSeconds(30);
    private static final List<String> TOOLS = List.of("qemu-img", "qemu-nbd");

    @Mixin
    private final RepositoryOptions options;

    @Parameters(paramLabel = "POINT", description = "its id, or the beginning of it")
    private String point = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FOLDER",
            description = "where the new images go; made if it is missing")
    private Path to = Path.of("");

    @Option(names = "--disk", paramLabel = "TARGET", description = "only this disk, such as vda; may be repeated")
    private List<String> disks = new ArrayList<>();

    @Option(names = "--format", paramLabel = "FORMAT", description = "raw or qcow2, which is the default")
    private String format = "qcow2";

    RestoreCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    @Override
    public Integer call() throws IOException {
        ImageFormat chosen = Stream.of(ImageFormat.values())
                .filter(each -> each.code().equals(format))
                .findFirst()
                .orElseThrow(() -> CommandFailure.wrongUsage("--format: expected raw or qcow2, found " + format));
        requireTools(options.surroundings().environment());
        Lookup lookup = new Lookup(options.repository());
        RestoreOrder order = RestoreOrder.of(lookup, lookup.point(point), disks, chosen, to);
        order.requireFree();
        Files.createDirectories(order.folder());
        RestoreCompleted done = restored(order);
        order.writeDefinition();
        options.answer(order.answer(done), order.lines(done));
        return RepoMain.DONE;
    }

    private static void requireTools(Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", "");
        for (String tool : TOOLS) {
            boolean isThere = Stream.of(path.split(File.pathSeparator, -1))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
            if (!isThere) {
                throw CommandFailure.failed(
                        "restore: expected " + tool + ", of the package qemu-utils, found none in PATH");
            }
        }
    }

    private RestoreCompleted restored(RestoreOrder order) throws IOException {
        Surroundings around = options.surroundings();
        Progress progress = new Progress(around.output(), around.millis());
        AtomicReference<AgentEvent> last = new AtomicReference<>();
        Path work = Files.createTempDirectory("tidemark-");
        try (Interruption interruption = new Interruption()) {
            PointKey key = order.point();
            StartRestore command = new StartRestore(
                    new TaskId(around.ids().get()), key.vm(), key.point(), REPOSITORY, order.targets(), null);
            service(work).restore(command, interruption.told(), event -> {
                last.set(event);
                if (event instanceof RestoreProgressed(TaskId _, long doneBytes, long allBytes)) {
                    progress.at(doneBytes, allBytes);
                }
            });
            progress.end();
        } finally {
            Files.deleteIfExists(work);
        }
        return switch (last.get()) {
            case RestoreCompleted done -> done;
            case RestoreFailed failed
            when failed.reason() == FailureReason.DIGEST_MISMATCH -> throw CommandFailure.damaged(failed.detail());
            case RestoreFailed failed -> throw CommandFailure.failed(failed.detail());
            case AgentEvent other -> throw new IllegalStateException("restore: expected its end, found " + other);
        };
    }

    private RestoreService service(Path work) {
        Surroundings around = options.surroundings();
        return new RestoreService(
                id -> options.repository(),
                new QemuNbdTargets(work, TOOL_LIMIT),
                Domains.NONE,
                new RestoreSettings(work, Runtime.getRuntime().availableProcessors()),
                around.millis());
    }
}
