package io.tidemark.agent.cli.view;

import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.agent.repository.VmHistory.Entry;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A point in JSON, as `docs/formats/catalog-export.md` describes it.
public record PointView(
        String kind,
        String vm,
        String point,
        String tracker,
        @Nullable String parent,
        String attempt,
        String takenAt,
        String consistency,
        long newBytes,
        long storedBytes,
        String commitRecord,
        String session,
        String host,
        List<DiskView> disks) {
    /// A disk of it.
    public record DiskView(
            String disk,
            String target,
            long sizeBytes,
            String level,
            @Nullable String reason,
            long newBytes,
            long storedBytes,
            String root,
            String imageIdentity) {}

    public static PointView of(Entry entry) {
        RestorePoint point = entry.point();
        List<StoredDisk> disks = point.receipt().disks();
        return new PointView(
                "point",
                point.key().vm().toString(),
                point.key().point().toString(),
                point.tracker().toString(),
                point.parent() == null ? null : point.parent().toString(),
                point.attempt().toString(),
                point.description().takenAt().toString(),
                point.description().consistency().code(),
                point.receipt().newBytes(),
                point.receipt().storedBytes(),
                point.receipt().commitRecord().hex(),
                entry.session().toString(),
                entry.host().toString(),
                IntStream.range(0, disks.size())
                        .mapToObj(
                                number -> disk(disks.get(number), entry.roots().get(number)))
                        .toList());
    }

    private static DiskView disk(StoredDisk disk, DiskRoot root) {
        DiskDescription description = disk.description();
        return new DiskView(
                description.disk().toString(),
                description.target(),
                description.sizeBytes(),
                description.level().code(),
                description.reason() == null ? null : description.reason().code(),
                disk.newBytes(),
                disk.storedBytes(),
                root.id().hex(),
                description.imageIdentity());
    }

    /// Sizes of all disks.
    public long sizeBytes() {
        return disks.stream().mapToLong(DiskView::sizeBytes).sum();
    }
}
