package io.tidemark.agent.script;

/// A script that could not be run, or ended with a failure; the message names it, what was expected and what was
/// found.
public final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ScriptException(String message) {
        super(message);
    }
}
