package io.tidemark.agent.command;

import java.util.concurrent.CompletionStage;

/// Where events leave the agent. Does not block; safe for many threads.
public interface EventSink {
    /// Sends an event. The answer completes when the broker has it, and fails if the sender should try again.
    CompletionStage<Void> send(OutgoingEvent event);
}
