package io.tidemark.agent.boot;

import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.agent.backup.PointBegins;
import io.tidemark.agent.backup.RestWatch;
import io.tidemark.agent.backup.Watches;
import io.tidemark.agent.command.AgentSession;
import io.tidemark.agent.command.CommandLimits;
import io.tidemark.agent.command.CommandService;
import io.tidemark.agent.command.EventOrigin;
import io.tidemark.agent.command.EventOutbox;
import io.tidemark.agent.command.EventSink;
import io.tidemark.agent.command.Heartbeats;
import io.tidemark.agent.command.Journal;
import io.tidemark.agent.command.Work;
import io.tidemark.agent.epoch.EpochDoubts;
import io.tidemark.agent.epoch.ImageLineage;
import io.tidemark.agent.inventory.InventoryService;
import io.tidemark.agent.inventory.InventorySettings;
import io.tidemark.agent.inventory.VmLook;
import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.event.AgentEvent.Heartbeat;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.SessionId;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/// Puts together the agent's session, commands and events. Everything is a singleton without a proxy, so that
/// fields may be final.
@Singleton
final class AgentWiring {
    private static final List<String> CAPABILITIES = List.of("backup", "restore", "maintenance");
    private static final Duration SETTLE_EVERY = Duration.ofSeconds(5);
    private static final int SETTLE_TRIES_MAX = 120;

    private final AgentConfig config;

    AgentWiring(AgentConfig config) {
        this.config = config;
    }

    @Produces
    @Singleton
    HostId host() {
        return new HostId(config.host().id());
    }

    @Produces
    @Singleton
    Journal journal() {
        try {
            return Journal.open(Files.createDirectories(config.stateFolder()));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "tidemark.state-folder: expected a folder to write to at " + config.stateFolder() + ", found "
                            + e.getMessage(),
                    e);
        }
    }

    @Produces
    @Singleton
    AgentSession session() {
        return new AgentSession(new SessionId(UUID.randomUUID()), AgentWiring::monotonicMillis);
    }

    @Produces
    @Singleton
    EventOutbox outbox(Journal journal, AgentSession session, EventSink sink, HostId host) {
        return new EventOutbox(
                journal,
                session,
                sink,
                new EventOrigin(host, () -> new MessageId(UUID.randomUUID()), Clock.systemUTC()));
    }

    @Produces
    @Singleton
    CommandService commands(Journal journal, AgentSession session, EventOutbox outbox, Work work) {
        return new CommandService(
                journal,
                session,
                outbox,
                work,
                new CommandLimits(config.slots(), config.waitingMax(), SETTLE_EVERY, SETTLE_TRIES_MAX));
    }

    @Produces
    @Singleton
    Heartbeats heartbeats(
            Journal journal,
            AgentSession session,
            EventOutbox outbox,
            CommandService commands,
            InventoryService inventory) {
        AgentStarted started = new AgentStarted(
                session.id(),
                new HostId(config.host().id()),
                AgentVersion.TEXT,
                CAPABILITIES,
                journal.isIntact(),
                commands.tasksLeft());
        long begin = monotonicMillis();
        return new Heartbeats(
                session,
                outbox,
                started,
                () -> new Heartbeat(monotonicMillis() - begin, commands.freeSlots(), inventory.isHypervisorReachable()),
                config.heartbeatEvery());
    }

    @Produces
    @Singleton
    Watches watches() {
        var doubts = EpochDoubts.open(config.stateFolder().resolve("epoch-doubts"));
        var lineage = ImageLineage.open(config.stateFolder().resolve("image-lineage"));
        return new Watches(new PointBegins(), doubts, new RestWatch(), lineage);
    }

    @Produces
    @Singleton
    InventoryService inventory(Hypervisor hypervisor, EventOutbox outbox, Watches watches) {
        var settings = new InventorySettings(
                config.host().name().orElseGet(AgentWiring::nameOfThisHost),
                config.inventoryEvery(),
                config.inventoryAtLeastEvery());
        var look = new VmLook(hypervisor, watches);
        var service = new InventoryService(hypervisor, look, outbox::tell, settings, AgentWiring::monotonicMillis);
        hypervisor.onChange(service);
        return service;
    }

    static long monotonicMillis() {
        return System.nanoTime() / 1_000_000;
    }

    private static String nameOfThisHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
