package io.tidemark.agent.boot;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import io.tidemark.agent.backup.BackupService;
import io.tidemark.agent.command.CommandService;
import io.tidemark.agent.command.EventOutbox;
import io.tidemark.agent.snapshot.SnapshotService;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/// Begins and ends the agent's work with the process.
@Singleton
final class AgentLife {
    private static final Logger LOG = Logger.getLogger(AgentLife.class);
    private static final int STOP_MILLIS_MAX = 8000;
    private static final int FLUSH_MILLIS_MAX = 2000;

    private final CommandService commands;
    private final EventOutbox outbox;
    private final BackupService backups;
    private final SnapshotService snapshots;
    private final AgentThreads threads;
    private final AgentConfig config;

    AgentLife(
            CommandService commands,
            EventOutbox outbox,
            BackupService backups,
            SnapshotService snapshots,
            AgentThreads threads,
            AgentConfig config) {
        this.commands = commands;
        this.outbox = outbox;
        this.backups = backups;
        this.snapshots = snapshots;
        this.threads = threads;
        this.config = config;
    }

    /// What an earlier life left is settled first: the sweep takes what nobody asks for any more.
    void started(@Observes StartupEvent event) {
        threads.guards().prepare();
        commands.start();
        threads.inventory().start();
        threads.heartbeats().start();
        var _ = commands.settled().thenRun(() -> threads.sweepEveryMinute(backups, snapshots));
    }

    void listening(@ObservesAsync HttpServerStart event, HttpServer http) throws IOException {
        Path portFile = config.stateFolder().resolve("http-port");
        Files.writeString(portFile, Integer.toString(http.getPort()));
        LOG.infof("agent of host %s listens on port %d", config.host().id(), http.getPort());
    }

    /// Guests are thawed and jobs ended by the work itself once it is given up; what it has to say is said as far
    /// as the time allows and stays in the journal otherwise.
    void stopping(@Observes ShutdownEvent event) throws InterruptedException {
        if (!commands.stop(STOP_MILLIS_MAX)) {
            LOG.warnf("work still runs after %d ms: the guards and the next start end it", STOP_MILLIS_MAX);
        }
        if (!outbox.flush(FLUSH_MILLIS_MAX)) {
            LOG.info("events stay in the journal for the next start");
        }
        threads.close();
        outbox.close();
        commands.close();
        backups.close();
    }
}
