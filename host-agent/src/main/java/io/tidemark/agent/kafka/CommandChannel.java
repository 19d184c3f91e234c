package io.tidemark.agent.kafka;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tidemark.agent.command.CommandService;
import jakarta.inject.Singleton;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Reads the host's commands, one after another. The offset is committed once the command is in the journal.
@Singleton
public final class CommandChannel {
    private final CommandService commands;

    CommandChannel(CommandService commands) {
        this.commands = commands;
    }

    @Incoming("commands")
    @Blocking
    public void received(ConsumerRecord<String, byte[]> command) {
        commands.receive(RecordHeaders.texts(command.headers()), command.value());
    }
}
