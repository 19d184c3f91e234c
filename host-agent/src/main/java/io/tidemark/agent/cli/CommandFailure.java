package io.tidemark.agent.cli;

/// Ends a command; its message is for the person who gave it.
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static CommandFailure failed(String message) {
        return new CommandFailure(RepoMain.FAILED, message);
    }

    static CommandFailure damaged(String message) {
        return new CommandFailure(RepoMain.DAMAGED, message);
    }

    static CommandFailure wrongUsage(String message) {
        return new CommandFailure(RepoMain.WRONG_USAGE, message);
    }

    int exitCode() {
        return exitCode;
    }
}
