package io.tidemark.orchestrator.outbox;

import io.tidemark.orchestrator.outbox.PendingMessages.Pending;
import java.util.List;

/// Sends messages and waits for the broker's answers.
public interface MessageSender {
    /// The sequences that the broker has for certain; of each topic only those before its first failure, so that a
    /// key's order holds when the rest is sent again.
    List<Long> send(List<Pending> messages);
}
