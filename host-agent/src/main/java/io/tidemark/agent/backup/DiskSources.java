package io.tidemark.agent.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Opens the disks of a point in time.
public interface DiskSources {
    /// One disk of the job that listens at the socket.
    ///
    /// @param target names the export
    /// @param bitmap names the dirty bitmap to ask; empty for a full
    DiskSource open(Path socket, String target, Optional<String> bitmap) throws IOException;

    /// One disk of a domain that is off. It takes no lock, so that the domain can be started meanwhile: whoever
    /// reads has to see to it that it was not.
    ///
    /// @param socket where its server may listen
    /// @param bitmap names the dirty bitmap in its top image to ask; empty for a full
    DiskSource openAtRest(DomainDisk disk, Path socket, Optional<String> bitmap) throws IOException;

    /// Ends what serves disks for a process that is dead.
    ///
    /// @param socketPrefix how their sockets' paths begin
    void endLeftovers(Path socketPrefix);
}
