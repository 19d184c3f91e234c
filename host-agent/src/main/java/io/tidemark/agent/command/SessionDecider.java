package io.tidemark.agent.command;

import io.tidemark.agent.command.SessionDecision.Accepted;
import io.tidemark.agent.command.SessionDecision.Announce;
import io.tidemark.agent.command.SessionDecision.Kept;
import io.tidemark.agent.command.SessionDecision.Opened;
import io.tidemark.agent.command.SessionDecision.Refused;
import io.tidemark.agent.command.SessionEvent.CommandReceived;
import io.tidemark.agent.command.SessionEvent.GrantReceived;
import io.tidemark.agent.command.SessionEvent.Ticked;
import io.tidemark.agent.command.SessionState.AwaitingGrant;
import io.tidemark.agent.command.SessionState.Granted;
import io.tidemark.agent.command.SessionState.LeaseOver;

/// The session's state machine. Pure: no clock, no I/O, no randomness.
final class SessionDecider {
    private SessionDecider() {}

    static SessionDecision decide(SessionState before, SessionEvent event) {
        SessionState state = atTime(before, event.nowMillis());
        return switch (event) {
            case GrantReceived grant -> granted(state, grant);
            case CommandReceived command -> commanded(state, command);
            case Ticked _ -> ticked(state);
        };
    }

    private static SessionState atTime(SessionState state, long nowMillis) {
        return switch (state) {
            case Granted held
            when nowMillis >= held.leaseEndMillis() -> new LeaseOver(held.session(), held.incarnation());
            case Granted _, AwaitingGrant _, LeaseOver _ -> state;
        };
    }

    private static SessionDecision granted(SessionState state, GrantReceived grant) {
        if (!grant.session().equals(state.session())) {
            return new Kept(state, "grant of another session");
        }
        long end = saturatedSum(grant.nowMillis(), grant.leaseMillis());
        Granted next = new Granted(grant.session(), end, grant.incarnation());
        return switch (state) {
            case AwaitingGrant _ -> new Opened(next);
            case Granted held -> renewed(held, held.incarnation(), next);
            case LeaseOver over -> renewed(over, over.incarnation(), next);
        };
    }

    private static SessionDecision renewed(SessionState state, long known, Granted next) {
        return next.incarnation() < known
                ? new Kept(state, "grant of an older catalog incarnation")
                : new Kept(next, "lease renewed");
    }

    private static SessionDecision commanded(SessionState state, CommandReceived command) {
        if (!state.session().equals(command.session())) {
            return new Refused(state, "session: expected " + state.session() + ", found " + found(command));
        }
        return switch (state) {
            case AwaitingGrant _ -> new Refused(state, "session " + state.session() + ": expected a grant, found none");
            case Granted _ -> new Accepted(state);
            case LeaseOver _ ->
                command.startsWork()
                        ? new Refused(state, "session " + state.session() + ": expected a lease, found that it is over")
                        : new Accepted(state);
        };
    }

    private static String found(CommandReceived command) {
        return command.session() == null ? "none" : command.session().toString();
    }

    private static SessionDecision ticked(SessionState state) {
        return switch (state) {
            case AwaitingGrant _, LeaseOver _ -> new Announce(state);
            case Granted _ -> new Kept(state, "the lease holds");
        };
    }

    private static long saturatedSum(long nowMillis, long leaseMillis) {
        return leaseMillis > Long.MAX_VALUE - nowMillis ? Long.MAX_VALUE : nowMillis + leaseMillis;
    }
}
