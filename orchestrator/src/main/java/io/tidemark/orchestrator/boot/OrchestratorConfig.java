package io.tidemark.orchestrator.boot;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Every setting of the orchestrator's core, with its default. `docs/configuration.md` lists them.
@ConfigMapping(prefix = "tidemark")
public interface OrchestratorConfig {
    AdmissionSettings admission();

    SessionSettings session();

    TaskSettings task();

    TrackerSettings tracker();

    OutboxSettings outbox();

    TopicSettings topics();

    /// How often waiting tasks are looked at.
    @WithDefault("PT0.5S")
    Duration admissionEvery();

    /// How often deadlines are looked at.
    @WithDefault("PT1S")
    Duration timeoutsEvery();

    /// How long the ids of handled messages are kept.
    @WithDefault("P7D")
    Duration inboxKeep();

    /// How long a host may take to look at a VM whose disk's epoch is asked for.
    @WithDefault("PT5S")
    Duration epochQueryLimit();

    /// For crash tests only: the named point at which the process dies, once.
    Optional<String> failpoint();

    /// Where the failpoint leaves its mark; while the file exists, the failpoint does not strike again.
    Optional<Path> failpointMarker();

    /// How much may run at once.
    interface AdmissionSettings {
        @WithDefault("2")
        int tasksPerHost();

        @WithDefault("4")
        int tasksPerRepository();
    }

    /// How long a granted session may start new work without a renewal.
    interface SessionSettings {
        @WithDefault("PT5M")
        Duration lease();
    }

    /// How a backup task is carried out.
    interface TaskSettings {
        /// How long a task that failed in passing waits before it is sent again.
        @WithDefault("PT5S")
        Duration retryPause();

        /// How long a host may be silent until what was sent to it is taken for failed.
        @WithDefault("PT10M")
        Duration hostSilenceMax();

        /// How long the guest may stay frozen before it is thawed without a backup.
        @WithDefault("PT10S")
        Duration freezeTimeout();
    }

    /// How many lines of backups a VM may have, each with a recording bitmap.
    interface TrackerSettings {
        /// A further one gets no epoch: its backups are full.
        @WithDefault("8")
        int perVmMax();

        /// One without a backup for so long loses its epochs and its checkpoint.
        @WithDefault("P100D")
        Duration idleAfter();
    }

    /// How messages leave.
    interface OutboxSettings {
        @WithDefault("200")
        int batch();

        /// How often the relay looks without being woken.
        @WithDefault("PT0.25S")
        Duration poll();
    }

    /// How topics are made.
    interface TopicSettings {
        @WithDefault("1")
        int replication();

        @WithDefault("P7D")
        Duration retention();

        @WithDefault("PT1H")
        Duration tableSegment();

        @WithDefault("0.2")
        double tableDirtyRatio();
    }
}
