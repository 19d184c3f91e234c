package io.tidemark.agent.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Opens the disks that a running job exports.
@FunctionalInterface
public interface DiskSources {
    /// One disk of the job that listens at the socket.
    ///
    /// @param target names the export
    /// @param bitmap names the dirty bitmap to ask; empty for a full
    DiskSource open(Path socket, String target, Optional<String> bitmap) throws IOException;
}
