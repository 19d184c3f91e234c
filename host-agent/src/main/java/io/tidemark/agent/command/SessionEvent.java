package io.tidemark.agent.command;

import io.tidemark.schemas.id.SessionId;
import org.jspecify.annotations.Nullable;

/// What can happen to a session.
public sealed interface SessionEvent {
    /// When it happened, in milliseconds of a clock that never goes back.
    long nowMillis();

    /// The orchestrator grants or renews a session, this one or another.
    record GrantReceived(long nowMillis, SessionId session, long leaseMillis, long incarnation)
            implements SessionEvent {}

    /// A command came.
    ///
    /// @param session the one it names, if any
    /// @param startsWork false for what only ends or asks something
    record CommandReceived(long nowMillis, @Nullable SessionId session, boolean startsWork) implements SessionEvent {}

    /// Time went by; comes every few seconds.
    record Ticked(long nowMillis) implements SessionEvent {}
}
