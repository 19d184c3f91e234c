package io.tidemark.orchestrator.rebuild;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A VM of an export.
///
/// @param line where the export says it
/// @param name null where the repository knows none
/// @param newestAttempt the greatest that its log names
/// @param points in the order of their commits
public record ExportedVm(
        int line,
        VmId id,
        @Nullable String name,
        @Nullable DomainUuid domain,
        @Nullable Attempt newestAttempt,
        List<ExportedPoint> points) {
    public ExportedVm {
        points = List.copyOf(points);
    }

    String place() {
        return "line " + line;
    }
}
