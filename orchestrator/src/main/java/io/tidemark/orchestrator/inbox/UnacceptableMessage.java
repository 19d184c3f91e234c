package io.tidemark.orchestrator.inbox;

/// A message that no repetition makes right; it becomes a dead letter with this text as the reason.
public final class UnacceptableMessage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnacceptableMessage(String message) {
        super(message);
    }
}
