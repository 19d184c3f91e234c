package io.tidemark.orchestrator.boot;

import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.request.BackupOpening;
import io.tidemark.orchestrator.restore.RestoreOpening;
import io.tidemark.orchestrator.run.RepositoryDirectory;
import io.tidemark.orchestrator.run.Runs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/// What opens backups and restores on request, with its limits.
@ApplicationScoped
final class RequestWiring {
    private final RequestConfig config;

    RequestWiring(RequestConfig config) {
        this.config = config;
    }

    @Produces
    @Singleton
    BackupOpening backupOpening(Hosts hosts, RepositoryDirectory repositories, Runs runs) {
        return new BackupOpening(hosts, repositories, runs, config.backupDeadline());
    }

    @Produces
    @Singleton
    RestoreOpening.Minting restoreMinting(Supplier<UUID> ids, Clock clock) {
        return new RestoreOpening.Minting(ids, clock, config.restoreDeadline());
    }
}
