package io.tidemark.agent.nbd;

/// The server broke the protocol or the connection died; drop the connection.
public final class NbdProtocolException extends NbdException {
    public NbdProtocolException(String message) {
        super(message);
    }
}
