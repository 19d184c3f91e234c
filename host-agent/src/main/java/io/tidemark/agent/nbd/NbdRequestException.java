package io.tidemark.agent.nbd;

/// The server refused one request; the connection lives.
public final class NbdRequestException extends NbdException {
    private final int errorNumber;

    public NbdRequestException(String message, int errorNumber) {
        super(message + ": NBD error " + errorNumber);
        this.errorNumber = errorNumber;
    }

    /// As in "Error values" of the NBD specification.
    public int errorNumber() {
        return errorNumber;
    }
}
