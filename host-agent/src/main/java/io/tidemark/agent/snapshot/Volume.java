package io.tidemark.agent.snapshot;

import io.tidemark.schemas.vocabulary.ImageFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file or device that holds the bytes of one disk.
///
/// @param target of the domain's disk that it is; null if no domain has it
/// @param isInUse whether a domain that runs has it
public record Volume(@Nullable String target, Path path, ImageFormat format, boolean isInUse) {
    /// For messages: the disk where there is one, and the path.
    @Override
    public String toString() {
        return (target == null ? "" : "disk " + target + ", ") + "volume " + path;
    }
}
