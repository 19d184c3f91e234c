package io.tidemark.agent.export;

import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.Hold;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.agent.repository.VmHistory.Entry;
import io.tidemark.agent.restore.DomainRewrite;
import io.tidemark.agent.restore.DomainRewrite.DefinedDisk;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A point in JSON, as `docs/formats/catalog-export.md` describes it.
///
/// @param holds null where nobody has asked for them
public record PointView(
        String kind,
        String vm,
        String point,
        String tracker,
        @Nullable String parent,
        String attempt,
        String takenAt,
        String consistency,
        String decoded,
        long newBytes,
        long storedBytes,
        String commitRecord,
        String session,
        String host,
        List<DiskView> disks,
        @Nullable List<HoldView> holds) {
    private static final Set<String> FORMATS = Set.of("qcow2", "raw");

    /// What keeps it from being removed.
    public record HoldView(String hold, String reason, String heldAt) {}

    /// A disk of it.
    ///
    /// @param part what of the VM it is, `disk` mostly
    /// @param bus as libvirt names it; null if unknown
    /// @param epochBegun whether a bitmap records what changes from the point on
    /// @param serial in the domain's definition; null if it has none there
    /// @param format of its image then, `qcow2` or `raw`; null if it was another or is unknown
    public record DiskView(
            String disk,
            String part,
            String target,
            @Nullable String bus,
            long sizeBytes,
            String level,
            @Nullable String reason,
            boolean epochBegun,
            long newBytes,
            long storedBytes,
            String root,
            String imageIdentity,
            @Nullable String serial,
            @Nullable String format) {}

    public static PointView of(Entry entry) {
        RestorePoint point = entry.point();
        List<StoredDisk> disks = point.receipt().disks();
        Map<String, DefinedDisk> defined = defined(point.description().domainXml());
        return new PointView(
                "point",
                point.key().vm().toString(),
                point.key().point().toString(),
                point.tracker().toString(),
                point.parent() == null ? null : point.parent().toString(),
                point.attempt().toString(),
                point.description().takenAt().toString(),
                point.description().consistency().code(),
                entry.decoded().code(),
                point.receipt().newBytes(),
                point.receipt().storedBytes(),
                point.receipt().commitRecord().hex(),
                entry.session().toString(),
                entry.host().toString(),
                IntStream.range(0, disks.size())
                        .mapToObj(
                                number -> disk(disks.get(number), entry.roots().get(number), defined))
                        .toList(),
                null);
    }

    /// A definition that cannot be read is no reason to refuse the disks.
    private static Map<String, DefinedDisk> defined(String xml) {
        try {
            return DomainRewrite.defined(xml);
        } catch (IllegalArgumentException unreadable) {
            return Map.of();
        }
    }

    /// The same point, and the holds on it among these.
    public PointView with(List<Hold> holds) {
        List<HoldView> own = holds.stream()
                .filter(hold -> hold.point().toString().equals(point))
                .map(hold -> new HoldView(
                        hold.id().toString(), hold.reason(), hold.heldAt().toString()))
                .toList();
        return new PointView(
                kind,
                vm,
                point,
                tracker,
                parent,
                attempt,
                takenAt,
                consistency,
                decoded,
                newBytes,
                storedBytes,
                commitRecord,
                session,
                host,
                disks,
                own);
    }

    private static DiskView disk(StoredDisk disk, DiskRoot root, Map<String, DefinedDisk> defined) {
        DiskDescription description = disk.description();
        DefinedDisk definition = defined.getOrDefault(description.target(), new DefinedDisk("", ""));
        return new DiskView(
                description.disk().toString(),
                description.device().part().code(),
                description.target(),
                blankAsNull(description.device().bus()),
                description.sizeBytes(),
                description.level().code(),
                description.reason() == null ? null : description.reason().code(),
                description.epochBegun(),
                disk.newBytes(),
                disk.storedBytes(),
                root.id().hex(),
                description.imageIdentity(),
                blankAsNull(definition.serial()),
                format(description.device().format(), definition.format()));
    }

    private static @Nullable String blankAsNull(String text) {
        return text.isBlank() ? null : text;
    }

    /// What the record says, else what the definition says.
    private static @Nullable String format(String recorded, String defined) {
        String format = recorded.isEmpty() ? defined : recorded;
        return FORMATS.contains(format) ? format : null;
    }

    /// Sizes of all disks.
    public long sizeBytes() {
        return disks.stream().mapToLong(DiskView::sizeBytes).sum();
    }
}
