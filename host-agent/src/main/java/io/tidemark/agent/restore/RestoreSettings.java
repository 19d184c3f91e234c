package io.tidemark.agent.restore;

import java.nio.file.Path;

/// Where and how wide restores work.
///
/// @param workFolder for sockets and marks; must survive a restart of the agent, and its path be short enough for a
///     unix socket: 107 bytes with a name of 30
/// @param workers how many threads unpack and compare; as many as the host has cores to spare
public record RestoreSettings(Path workFolder, int workers) {
    public RestoreSettings {
        if (workers < 1) {
            throw new IllegalArgumentException("restore workers: expected 1 or more, found " + workers);
        }
    }
}
