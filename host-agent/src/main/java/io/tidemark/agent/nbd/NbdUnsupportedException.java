package io.tidemark.agent.nbd;

/// The server lacks something we need; the caller may degrade and say so.
public final class NbdUnsupportedException extends NbdException {
    public NbdUnsupportedException(String message) {
        super(message);
    }
}
