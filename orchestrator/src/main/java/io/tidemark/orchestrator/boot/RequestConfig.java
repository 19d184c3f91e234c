package io.tidemark.orchestrator.boot;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Settings of what people and clients ask for. `docs/configuration.md` lists them.
@ConfigMapping(prefix = "tidemark")
public interface RequestConfig {
    /// A YAML file of repositories and policies that are registered at each start; none by default.
    Optional<Path> policiesFile();

    /// How long a backup that a person or a client asked for may take, waiting included.
    @WithDefault("PT4H")
    Duration backupDeadline();

    /// How long a restore may take, waiting for its host included.
    @WithDefault("PT12H")
    Duration restoreDeadline();

    /// How long something that is done with a snapshot may take, waiting for its host included.
    @WithDefault("PT4H")
    Duration snapshotDeadline();

    /// How long a host may take to say which snapshots it has.
    @WithDefault("PT10S")
    Duration snapshotQueryLimit();
}
