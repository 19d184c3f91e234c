package io.tidemark.agent.command;

import io.tidemark.schemas.id.SessionId;

/// Whether this life of the agent's process may start work. Times are milliseconds of a clock that never goes back.
public sealed interface SessionState {
    /// Minted at start, for ever the same in one life of the process.
    SessionId session();

    /// Nobody has answered the start yet: nothing but the start itself is said, and nothing is begun.
    record AwaitingGrant(SessionId session) implements SessionState {}

    /// Work may be started up to the end of the lease, exclusive.
    record Granted(SessionId session, long leaseEndMillis, long incarnation) implements SessionState {}

    /// The lease ended without a renewal. What runs goes on; nothing new is begun.
    record LeaseOver(SessionId session, long incarnation) implements SessionState {}
}
