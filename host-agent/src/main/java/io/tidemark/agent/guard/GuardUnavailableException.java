package io.tidemark.agent.guard;

import org.jspecify.annotations.Nullable;

/// A guard could not be started, or is gone: what it should have guarded must not begin.
public final class GuardUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GuardUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
