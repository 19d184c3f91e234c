package io.tidemark.orchestrator.inbox;

import java.util.Set;

/// What one feature does with the messages it listens to. Called within a transaction that also holds the inbox
/// row; throws [UnacceptableMessage] for what can never be applied, and any other exception is tried again.
public interface MessageHandler {
    /// The message classes that it listens to; several handlers may listen to one class.
    Set<Class<?>> messages();

    void handle(Received<?> received);
}
