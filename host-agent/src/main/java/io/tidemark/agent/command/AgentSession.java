package io.tidemark.agent.command;

import io.tidemark.agent.command.SessionState.AwaitingGrant;
import io.tidemark.agent.command.SessionState.Granted;
import io.tidemark.schemas.id.SessionId;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The session of this process, for many threads. `state` is not final because it is what moves.
public final class AgentSession {
    private final LongSupplier clockMillis;
    private SessionState state;

    /// @param session minted for this process and never used before
    /// @param clockMillis never goes back
    public AgentSession(SessionId session, LongSupplier clockMillis) {
        this.clockMillis = clockMillis;
        this.state = new AwaitingGrant(session);
    }

    public synchronized SessionId id() {
        return state.session();
    }

    /// Whether work may be started now.
    public synchronized boolean isGranted() {
        return SessionDecider.decide(state, new SessionEvent.Ticked(clockMillis.getAsLong()))
                        .state()
                instanceof Granted;
    }

    /// The clock that leases are counted on.
    long nowMillis() {
        return clockMillis.getAsLong();
    }

    synchronized SessionDecision granted(SessionId session, long leaseMillis, long incarnation) {
        return decided(new SessionEvent.GrantReceived(clockMillis.getAsLong(), session, leaseMillis, incarnation));
    }

    /// @param session the one that the command names, if any
    synchronized SessionDecision commanded(@Nullable SessionId session, boolean startsWork) {
        return decided(new SessionEvent.CommandReceived(clockMillis.getAsLong(), session, startsWork));
    }

    synchronized SessionDecision ticked() {
        return decided(new SessionEvent.Ticked(clockMillis.getAsLong()));
    }

    private SessionDecision decided(SessionEvent event) {
        SessionDecision decision = SessionDecider.decide(state, event);
        state = decision.state();
        return decision;
    }
}
