package io.tidemark.agent.command;

import io.tidemark.agent.command.SessionState.Granted;

/// What an event makes of a session, and what is due.
public sealed interface SessionDecision {
    /// The state from now on.
    SessionState state();

    /// The start is to be published, again if need be.
    record Announce(SessionState state) implements SessionDecision {}

    /// The first grant: what waits for it may be said now.
    record Opened(Granted state) implements SessionDecision {}

    /// The command is to be carried out.
    record Accepted(SessionState state) implements SessionDecision {}

    /// The command is to be refused; the detail is for its sender.
    record Refused(SessionState state, String detail) implements SessionDecision {}

    /// Nothing is due.
    record Kept(SessionState state, String why) implements SessionDecision {}
}
