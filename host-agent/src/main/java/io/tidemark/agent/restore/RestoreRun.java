package io.tidemark.agent.restore;

import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.restore.ImageTargets.NewImage;
import io.tidemark.agent.restore.RestorePlan.PlannedDisk;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The images of one restore, all open from the first byte written until all are proved, so that nobody else has
/// one of them meanwhile. One thread.
final class RestoreRun implements AutoCloseable {
    private static final int SECTOR_BYTES = 512;

    private final RestorePlan plan;
    private final ImageTargets targets;
    private final Cancellation cancellation;
    private final ExecutorService workers;
    private final List<DiskReader> readers = new ArrayList<>();
    private final List<OpenImage> images = new ArrayList<>();

    RestoreRun(RestorePlan plan, ImageTargets targets, Cancellation cancellation, int workers) {
        this.plan = plan;
        this.targets = targets;
        this.cancellation = cancellation;
        this.workers = Executors.newFixedThreadPool(
                workers, Thread.ofPlatform().daemon().name("restore-", 1).factory());
    }

    /// Opens the disks of the point, then makes the images. Answers how many bytes of data there are to write.
    long open(Repository repository) throws IOException {
        List<ExtentMap> data = new ArrayList<>();
        for (PlannedDisk disk : plan.disks()) {
            DiskReader reader = repository.openDisk(plan.point(), disk.disk().disk());
            readers.add(reader);
            data.add(OpenImage.data(reader));
        }
        requireSpace(data);
        for (int number = 0; number < plan.disks().size(); number++) {
            cancellation.check();
            PlannedDisk disk = plan.disks().get(number);
            ImageTarget target = create(number, disk);
            images.add(new OpenImage(disk, readers.get(number), data.get(number), target));
            cancellation.onCancel(target::abort);
        }
        return data.stream().mapToLong(ExtentMap::totalBytes).sum();
    }

    /// Roughly: what the images' own tables take is left out, and others may fill the place meanwhile.
    private void requireSpace(List<ExtentMap> data) throws IOException {
        Map<FileStore, Long> wanted = new HashMap<>();
        for (int number = 0; number < data.size(); number++) {
            Path folder = plan.disks().get(number).file().resolveSibling("");
            FileStore store = Files.getFileStore(folder);
            long bytes = wanted.merge(store, data.get(number).totalBytes(), Long::sum);
            long free = store.getUsableSpace();
            if (bytes > free) {
                throw new RestoreFailure(
                        FailureReason.INTERNAL,
                        "folder " + folder + ": expected " + bytes + " bytes of free space for the images, found "
                                + free);
            }
        }
    }

    private ImageTarget create(int number, PlannedDisk disk) throws IOException {
        Files.createFile(
                disk.partial(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        long sizeBytes = disk.disk().sizeBytes();
        ImageTarget target =
                targets.create(new NewImage(plan.task(), number, disk.partial(), disk.format(), sizeBytes));
        if (target.sizeBytes() != wholeSectors(sizeBytes)) {
            target.close();
            throw new RestoreFailure(
                    FailureReason.INTERNAL,
                    "image " + disk.file() + ": expected a virtual size of " + wholeSectors(sizeBytes)
                            + " bytes, found " + target.sizeBytes());
        }
        return target;
    }

    /// QEMU has no disks of another size; what is behind the end of the point's disk is zero.
    private static long wholeSectors(long sizeBytes) {
        return Math.ceilDiv(sizeBytes, SECTOR_BYTES) * SECTOR_BYTES;
    }

    /// Writes all images, then reads all back.
    void fill(RestoreProgress progress) throws IOException {
        for (OpenImage image : images) {
            image.write(workers, cancellation, progress);
        }
        for (OpenImage image : images) {
            image.prove(workers, cancellation, progress);
        }
    }

    /// Closes the images in good order; they are whole and proved under their temporary names after that.
    void complete() throws IOException {
        for (OpenImage image : images) {
            image.target().complete();
        }
        cancellation.check();
    }

    @Override
    public void close() {
        workers.shutdownNow();
        images.forEach(image -> image.target().close());
        workers.close();
        readers.forEach(DiskReader::close);
    }
}
