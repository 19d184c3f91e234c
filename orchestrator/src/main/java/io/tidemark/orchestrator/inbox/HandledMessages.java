package io.tidemark.orchestrator.inbox;

import java.time.Instant;
import java.util.UUID;

/// Which messages were handled. It only saves work: correctness rests on session, attempt and state.
public interface HandledMessages {
    /// Remembers the message in the caller's transaction; false if it is remembered already. Two transactions that
    /// handle the same message at once wait for one another.
    boolean isFirst(String topic, UUID message);

    /// Forgets what was handled before the moment; returns how many.
    int forgetBefore(Instant moment);
}
