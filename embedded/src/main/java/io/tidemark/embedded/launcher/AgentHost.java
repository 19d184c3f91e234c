package io.tidemark.embedded.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A host as its agent is started for it.
///
/// @param name for people
/// @param home holds the agent's folder, its scratch files and the id that the host was enrolled under; no other
///     host's
/// @param libvirtUri the libvirt that it has
public record AgentHost(String name, Path home, String libvirtUri) {
    /// The agent's own folder: journal, sockets, marker files.
    Path state() {
        return home.resolve("agent");
    }

    private Path idFile() {
        return home.resolve("host-id");
    }

    boolean isEnrolled() {
        return Files.exists(idFile());
    }

    void enrolled(String id) throws IOException {
        Files.createDirectories(home);
        Files.writeString(idFile(), id + "\n");
    }

    /// The id that it was enrolled under; fails before.
    public String id() throws IOException {
        return Files.readString(idFile()).strip();
    }
}
