package io.tidemark.agent.boot;

import io.tidemark.agent.command.Work;
import io.tidemark.agent.inventory.InventoryService;
import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.event.AgentEvent;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// Hands commands to the features.
@Singleton
final class AgentWork implements Work {
    private final InventoryService inventory;

    AgentWork(InventoryService inventory) {
        this.inventory = inventory;
    }

    @Override
    public void run(Envelope<AgentCommand> command, CompletionStage<?> cancelled, Consumer<AgentEvent> report) {
        throw new UnsupportedOperationException("this build carries out no " + command.body().getClass());
    }

    @Override
    public void settle(Envelope<AgentCommand> command, Consumer<AgentEvent> report) {
        run(command, new CompletableFuture<>(), report);
    }

    @Override
    public void sendReport() {
        inventory.requestReport();
    }
}
