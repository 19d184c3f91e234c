package io.tidemark.orchestrator.boot;

import io.quarkus.arc.All;
import io.tidemark.orchestrator.host.HostSupplies;
import io.tidemark.orchestrator.host.InventoryListener;
import io.tidemark.orchestrator.host.SessionLimits;
import io.tidemark.orchestrator.host.SessionListener;
import io.tidemark.orchestrator.inbox.ForgetTick;
import io.tidemark.orchestrator.inbox.Gatekeeper;
import io.tidemark.orchestrator.inbox.HandledMessages;
import io.tidemark.orchestrator.inbox.Inbox;
import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.incarnation.IncarnationListener;
import io.tidemark.orchestrator.outbox.BrokerSettings;
import io.tidemark.orchestrator.outbox.MessageSender;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.PendingMessages;
import io.tidemark.orchestrator.outbox.Relay;
import io.tidemark.orchestrator.outbox.RelaySignal;
import io.tidemark.orchestrator.outbox.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// What the features are handed: time, ids, limits, and each other where a list is wanted.
@ApplicationScoped
final class Wiring {
    private final OrchestratorConfig config;
    private final String bootstrapServers;

    Wiring(
            OrchestratorConfig config,
            @ConfigProperty(name = "kafka.bootstrap.servers", defaultValue = "127.0.0.1:9092")
                    String bootstrapServers) {
        this.config = config;
        this.bootstrapServers = bootstrapServers;
    }

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    Supplier<UUID> ids() {
        return UUID::randomUUID;
    }

    @Produces
    @Singleton
    BrokerSettings brokerSettings() {
        OrchestratorConfig.TopicSettings topics = config.topics();
        return new BrokerSettings(
                bootstrapServers,
                topics.replication(),
                topics.retention(),
                topics.tableSegment(),
                topics.tableDirtyRatio());
    }

    @Produces
    @Singleton
    RelaySignal relaySignal() {
        return new RelaySignal();
    }

    @Produces
    @Singleton
    Relay relay(PendingMessages pending, MessageSender sender, RelaySignal signal) {
        return new Relay(pending, sender, signal, config.outbox().batch(), System::nanoTime);
    }

    @Produces
    @Singleton
    Inbox inbox(
            @All List<MessageHandler> handlers,
            Gatekeeper gatekeeper,
            HandledMessages handled,
            Transactions transactions,
            Outbox outbox) {
        return new Inbox(handlers, gatekeeper, handled, transactions, outbox);
    }

    @Produces
    @Singleton
    ForgetTick forgetTick(HandledMessages handled, Transactions transactions, Clock clock) {
        return new ForgetTick(handled, transactions, clock, config.inboxKeep());
    }

    @Produces
    @Singleton
    HostSupplies hostSupplies(Clock clock, Supplier<UUID> ids) {
        return new HostSupplies(clock, ids, new SessionLimits(config.session().lease()));
    }

    @Produces
    @Dependent
    List<SessionListener> sessionListeners(@All List<SessionListener> all) {
        return all;
    }

    @Produces
    @Dependent
    List<IncarnationListener> incarnationListeners(@All List<IncarnationListener> all) {
        return all;
    }

    @Produces
    @Dependent
    List<InventoryListener> inventoryListeners(@All List<InventoryListener> all) {
        return all;
    }
}
