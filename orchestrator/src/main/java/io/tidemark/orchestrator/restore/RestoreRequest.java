package io.tidemark.orchestrator.restore;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A restore as a person writes it, before it is checked.
///
/// @param repository null takes the first that holds the point
/// @param host null takes the host on which the VM was last seen
public record RestoreRequest(
        @Nullable String point,
        @Nullable String repository,
        @Nullable String host,
        @Nullable List<Target> disks,
        @Nullable Domain newDomain) {
    /// One disk of the point, and the image that it is written to, which must not exist.
    public record Target(
            @Nullable String target,
            @Nullable String path,
            @Nullable String format) {}

    /// The domain to define.
    public record Domain(@Nullable String name) {}
}
