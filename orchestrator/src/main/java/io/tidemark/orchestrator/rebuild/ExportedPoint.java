package io.tidemark.orchestrator.rebuild;

import io.tidemark.orchestrator.catalog.PointHold;
import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.catalog.RestorePoint.DiskPart;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A point of an export, with its one copy.
///
/// @param line where the export says it
/// @param holds null where the export does not say whether there are any
public record ExportedPoint(
        int line,
        RestorePoint point,
        List<ExportedDisk> disks,
        @Nullable List<PointHold> holds) {
    public ExportedPoint {
        disks = List.copyOf(disks);
        holds = holds == null ? null : List.copyOf(holds);
    }

    /// A disk of it.
    ///
    /// @param serial by the domain's definition; null without
    public record ExportedDisk(
            DiskPart part,
            @Nullable String serial,
            @Nullable ImageFormat format) {}

    String place() {
        return "line " + line;
    }
}
