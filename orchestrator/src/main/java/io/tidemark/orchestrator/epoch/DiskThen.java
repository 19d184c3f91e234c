package io.tidemark.orchestrator.epoch;

import io.tidemark.schemas.event.AgentEvent.DiskResult;
import org.jspecify.annotations.Nullable;

/// A disk as it was at an epoch's point. What is null is not known, and nothing is compared with it.
public record DiskThen(
        @Nullable String imageIdentity, @Nullable Long virtualSizeBytes) {
    public static final DiskThen UNKNOWN = new DiskThen(null, null);

    private static final String NOT_LOOKED_AT = "unknown";

    public static DiskThen of(DiskResult disk) {
        return new DiskThen(
                isIdentified(disk.imageIdentity()) ? disk.imageIdentity() : null,
                disk.virtualSizeBytes() > 0 ? disk.virtualSizeBytes() : null);
    }

    /// Whether an agent could look: in a report it says `unknown` else, of a backup it says nothing.
    static boolean isIdentified(String identity) {
        return !identity.isBlank() && !identity.equals(NOT_LOOKED_AT);
    }
}
