package io.tidemark.orchestrator.boot;

import io.quarkus.arc.All;
import io.quarkus.arc.DefaultBean;
import io.tidemark.orchestrator.catalog.CatalogSupplies;
import io.tidemark.orchestrator.catalog.Failpoint;
import io.tidemark.orchestrator.catalog.PointsBeingRead;
import io.tidemark.orchestrator.catalog.TrackerLimit;
import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.host.FreshReports;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.query.EpochQuerySupplies;
import io.tidemark.orchestrator.run.AdmissionLimits;
import io.tidemark.orchestrator.run.AdmissionTick;
import io.tidemark.orchestrator.run.RepositoryDirectory;
import io.tidemark.orchestrator.run.RunSupplies;
import io.tidemark.orchestrator.snapshot.SnapshotSupplies;
import io.tidemark.orchestrator.task.TaskLimits;
import io.tidemark.orchestrator.task.TaskListener;
import io.tidemark.orchestrator.task.TaskNews;
import io.tidemark.orchestrator.task.TaskService;
import io.tidemark.orchestrator.task.TaskSupplies;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/// What runs, tasks and the catalog are handed.
@ApplicationScoped
final class FeatureWiring {
    private static final Duration EPOCH_ANSWERS_KEPT = Duration.ofHours(1);

    private final OrchestratorConfig config;

    FeatureWiring(OrchestratorConfig config) {
        this.config = config;
    }

    /// What others do for the catalog.
    @Singleton
    record CatalogPorts(FreshReports reports, PointsBeingRead beingRead, Failpoint failpoint) {}

    @Produces
    @Singleton
    CatalogSupplies catalogSupplies(
            Clock clock, Transactions transactions, Incarnation incarnation, EpochBook epochs, CatalogPorts ports) {
        return new CatalogSupplies(
                clock,
                transactions,
                incarnation,
                epochs,
                ports.reports(),
                ports.beingRead(),
                new TrackerLimit(config.tracker().idleAfter()),
                ports.failpoint());
    }

    @Produces
    @Singleton
    TaskNews taskNews(@All List<TaskListener> listeners) {
        return new TaskNews(listeners);
    }

    @Produces
    @Singleton
    TaskSupplies taskSupplies(
            Clock clock, Supplier<UUID> ids, Incarnation incarnation, Transactions transactions, TaskNews news) {
        return new TaskSupplies(clock, ids, incarnation, taskLimits(), transactions, news);
    }

    @Produces
    @Singleton
    TaskLimits taskLimits() {
        return new TaskLimits(
                config.task().freezeTimeout(),
                config.task().retryPause(),
                config.timeoutsEvery(),
                config.task().hostSilenceMax(),
                config.tracker().perVmMax());
    }

    /// An answer is kept for as long as a client may ask for it again.
    @Produces
    @Singleton
    EpochQuerySupplies epochQuerySupplies(Clock clock, Supplier<UUID> ids, Transactions transactions) {
        return new EpochQuerySupplies(clock, ids, transactions, config.epochQueryLimit(), EPOCH_ANSWERS_KEPT);
    }

    @Produces
    @Singleton
    SnapshotSupplies snapshotSupplies(
            Clock clock,
            Supplier<UUID> ids,
            Incarnation incarnation,
            Transactions transactions,
            RequestConfig requests) {
        return new SnapshotSupplies(
                clock,
                ids,
                incarnation,
                transactions,
                requests.snapshotDeadline(),
                config.task().freezeTimeout(),
                requests.snapshotQueryLimit());
    }

    @Produces
    @Singleton
    RunSupplies runSupplies(
            Clock clock,
            Supplier<UUID> ids,
            Incarnation incarnation,
            Transactions transactions,
            RepositoryDirectory repositories) {
        return new RunSupplies(clock, ids, incarnation, transactions, repositories);
    }

    @Produces
    @Singleton
    AdmissionTick admissionTick(TaskService tasks, Hosts hosts, RunSupplies supplies) {
        AdmissionLimits limits = new AdmissionLimits(
                config.admission().tasksPerHost(), config.admission().tasksPerRepository());
        return new AdmissionTick(limits, config.admissionEvery(), tasks, hosts, supplies);
    }

    /// Without a registry of repositories every one counts as ready, and the agent refuses what it does not know.
    @Produces
    @DefaultBean
    @Singleton
    RepositoryDirectory everyRepository() {
        return new EveryRepository();
    }

    private static final class EveryRepository implements RepositoryDirectory {
        @Override
        public boolean isKnown(RepositoryId repository) {
            return true;
        }

        @Override
        public boolean isReady(RepositoryId repository) {
            return true;
        }
    }
}
