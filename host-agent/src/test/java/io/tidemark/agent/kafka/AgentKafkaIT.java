package io.tidemark.agent.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.GrantSession;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.event.AgentEvent.CommandRefused;
import io.tidemark.schemas.event.AgentEvent.Heartbeat;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentKafkaIT {
    private static final HostId HOST = new HostId(new UUID(9, 9));
    private static final String COMMANDS = Topics.hostCommands(HOST);
    private static final String EVENTS = Topics.hostEvents(HOST);
    private static final RepositoryId MAIN = new RepositoryId("main");

    @TempDir
    Path folder;

    @Test
    void anAgentStartsIsGrantedRefusesWhatItCannotReadAndEndsWhenAsked() throws Exception {
        try (Broker broker = broker();
                AgentProcess agent = AgentProcess.start(HOST, broker.bootstrapServers(), folder)) {
            broker.listen(EVENTS);
            Envelope<?> started = broker.await(event -> event.body() instanceof AgentStarted);
            SessionId session = ((AgentStarted) started.body()).session();
            assertThat(started.session()).isEqualTo(session);
            broker.send(COMMANDS, message(1, null, new GrantSession(session, 60_000, 1)));
            broker.await(event -> event.body() instanceof Heartbeat);
            assertThat(broker.heard().getFirst().body()).isInstanceOf(AgentStarted.class);

            broker.send(COMMANDS, Map.of("ce_type", "io.tidemark.start-backup.v1"), new byte[] {'{'});
            broker.send(COMMANDS, Map.of(), null);
            broker.send(COMMANDS, message(2, new SessionId(new UUID(8, 8)), retire()));

            broker.await(event -> refusedFor(event, FailureReason.SESSION_NOT_GRANTED));
            assertThat(broker.heard().stream().filter(event -> refusedFor(event, FailureReason.MESSAGE_MALFORMED)))
                    .hasSize(2);
            assertThat(agent.get("/q/health/live")).contains("heartbeat").doesNotContain("DOWN");
            assertThat(agent.get("/q/health/ready")).contains("no-libvirt", "\"reachable\": false");
            assertThat(agent.get("/q/metrics")).contains("tidemark_agent_hypervisor_reachable 0.0");
            assertThat(agent.endsWithin(20)).isTrue();
        }
    }

    @Test
    void aKilledAgentComesBackInAnotherSessionAndIsGrantedIt() throws Exception {
        try (Broker broker = broker();
                AgentProcess first = AgentProcess.start(HOST, broker.bootstrapServers(), folder)) {
            broker.listen(EVENTS);
            SessionId before = started(broker, null);
            broker.send(COMMANDS, message(1, null, new GrantSession(before, 60_000, 1)));
            broker.await(event -> event.body() instanceof Heartbeat);
            first.kill();

            try (AgentProcess _ = AgentProcess.start(HOST, broker.bootstrapServers(), folder)) {
                SessionId after = started(broker, before);
                broker.send(COMMANDS, message(2, null, new GrantSession(after, 60_000, 1)));

                broker.await(event -> event.body() instanceof Heartbeat && after.equals(event.session()));
            }
        }
    }

    /// The session of the first start that is not of the other session.
    private static SessionId started(Broker broker, @Nullable SessionId other) throws IOException {
        Envelope<?> started = broker.await(event ->
                event.body() instanceof AgentStarted body && !body.session().equals(other));
        return ((AgentStarted) started.body()).session();
    }

    private Broker broker() throws Exception {
        return Broker.start(
                folder.resolve("kafka"),
                COMMANDS,
                EVENTS,
                Topics.maintenanceCommands(MAIN),
                Topics.maintenanceEvents(MAIN));
    }

    private static boolean refusedFor(Envelope<?> event, FailureReason reason) {
        return event.body() instanceof CommandRefused refused && refused.reason() == reason;
    }

    private static RetireCheckpoints retire() {
        return new RetireCheckpoints(new VmId(new UUID(4, 4)), new DomainUuid(new UUID(6, 6)), List.of());
    }

    private static Envelope<?> message(long id, @Nullable SessionId session, AgentCommand command) {
        return new Envelope<>(
                new MessageId(new UUID(2, id)),
                command,
                "orchestrator",
                "host",
                Instant.EPOCH,
                null,
                null,
                session,
                null);
    }
}
