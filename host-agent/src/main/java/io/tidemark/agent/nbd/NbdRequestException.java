package io.tidemark.agent.nbd;

/// The server refused one request; the connection lives.
public final class NbdRequestException extends NbdException {
    private final int errorNumber;

    public NbdRequestException(String message, int errorNumber) {
        super(message + ": NBD error " + errorNumber + " (" + words(errorNumber) + ")");
        this.errorNumber = errorNumber;
    }

    private static String words(int errorNumber) {
        return switch (errorNumber) {
            case 1 -> "not permitted";
            case 5 -> "input or output failed";
            case 12 -> "out of memory";
            case 22 -> "invalid request";
            case 28 -> "no space left";
            case 75 -> "too large";
            case 95 -> "not supported";
            case 108 -> "server is shutting down";
            default -> "unknown";
        };
    }

    /// As in "Error values" of the NBD specification.
    public int errorNumber() {
        return errorNumber;
    }
}
