package io.tidemark.bench.repository;

import io.tidemark.agent.backup.Domains;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.restore.RestoreService;
import io.tidemark.agent.restore.RestoreSettings;
import io.tidemark.agent.restore.nbd.QemuNbdTargets;
import io.tidemark.bench.Bar;
import io.tidemark.bench.DataSet;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import io.tidemark.bench.Program;
import io.tidemark.bench.repository.Comparison.Aim;
import io.tidemark.bench.repository.Comparison.Quantity;
import io.tidemark.schemas.command.AgentCommand.RestoreTarget;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.RestoreCompleted;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/// A whole restore as `./tidemark repo restore` does it: through `qemu-nbd`, and every byte read back.
final class RestoreMeasurement implements Measurement {
    private static final double BAR = 0.6;
    private static final double BYTES_PER_GB = 1e9;
    private static final Duration TOOL_LIMIT = Duration.ofSeconds(30);
    /// The source, the repository and four images.
    private static final int COPIES = 6;

    private final Site site;
    private final DataSet data;
    private final int rounds;

    RestoreMeasurement(Site site, DataSet data, int rounds) {
        this.site = site;
        this.data = data;
        this.rounds = rounds;
    }

    @Override
    public List<Figure> figures() throws IOException, InterruptedException {
        Path folder = site.fresh("restore", COPIES * data.nonZeroBytes());
        Path source = folder.resolve("source.raw");
        Map<String, Object> dataSet = data.described(data.write(source));
        Path stored = folder.resolve("repository");
        Repository repository = Ours.clear(stored);
        repository.create();
        BackedUpDisk disk = new BackedUpDisk(repository, 1, data.nonZeroBytes());
        disk.writeFull(source);
        List<Side> sides = new ArrayList<>();
        for (ImageFormat format : ImageFormat.values()) {
            sides.add(ours(folder, stored, disk, format));
            sides.add(theirs(folder, source, format));
        }
        Rounds measured = Rounds.counted(folder, rounds, sides);
        Map<String, Object> fields = site.fields(folder, dataSet);
        for (ImageFormat format : ImageFormat.values()) {
            Program.run(
                    folder,
                    List.of(
                            "qemu-img",
                            "compare",
                            source.toString(),
                            image(folder, Ours.NAME, format).toString()));
        }
        Folders.delete(folder);
        List<Figure> figures = new ArrayList<>();
        for (ImageFormat format : ImageFormat.values()) {
            figures.addAll(figures(measured, format, fields));
        }
        return figures;
    }

    private static Path image(Path folder, String side, ImageFormat format) {
        return folder.resolve(side + "." + format.code());
    }

    private static String name(String side, ImageFormat format) {
        return side + " to " + format.code();
    }

    private static Side ours(Path folder, Path stored, BackedUpDisk disk, ImageFormat format) {
        Path image = image(folder, Ours.NAME, format);
        return new Side(name(Ours.NAME, format), true, image, () -> Files.deleteIfExists(image), () -> {
            AtomicReference<AgentEvent> last = new AtomicReference<>();
            restoring(folder, stored)
                    .restore(
                            new StartRestore(
                                    new TaskId(UUID.randomUUID()),
                                    disk.vm(),
                                    disk.point(1).point(),
                                    new RepositoryId("bench"),
                                    List.of(new RestoreTarget("vda", image.toString(), format)),
                                    null),
                            new CompletableFuture<>(),
                            last::set);
            if (!(last.get() instanceof RestoreCompleted)) {
                throw new IOException("restore to " + image + ": expected it completed, found " + last.get());
            }
        });
    }

    private static RestoreService restoring(Path folder, Path stored) {
        return new RestoreService(
                _ -> Ours.clear(stored),
                new QemuNbdTargets(folder, TOOL_LIMIT),
                Domains.NONE,
                new RestoreSettings(folder, Runtime.getRuntime().availableProcessors()),
                () -> System.nanoTime() / 1_000_000);
    }

    private static Side theirs(Path folder, Path source, ImageFormat format) {
        Path image = image(folder, "peer", format);
        List<String> convert =
                List.of("qemu-img", "convert", "-f", "raw", "-O", format.code(), source.toString(), image.toString());
        return new Side(
                name(FullMeasurement.QEMU_IMG, format),
                false,
                image,
                () -> Files.deleteIfExists(image),
                () -> Program.run(folder, convert));
    }

    private List<Figure> figures(Rounds measured, ImageFormat format, Map<String, Object> fields) {
        Comparison sides =
                new Comparison(measured, name(Ours.NAME, format), name(FullMeasurement.QEMU_IMG, format), fields);
        String note = "read from the repository, each chunk checked, written through qemu-nbd, and then all of it read"
                + " back and checked by the ids of the point's chunks; qemu-img convert copies the raw source and reads"
                + " nothing back";
        String name = "restore-proved-" + format.code();
        return List.of(
                sides.figure(name, Quantity.SECONDS, Aim.bar(Bar.ratioAtLeast(BAR)), note),
                sides.figure(
                        name + "-core-seconds",
                        Quantity.coreSeconds(data.nonZeroBytes() / BYTES_PER_GB),
                        Aim.NONE,
                        note));
    }
}
