package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.tidemark.schemas.id.SessionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionDeciderTest {
    private static final Path DIAGRAM = Path.of("../docs/states/session.md");
    private static final SessionId OURS = new SessionId(new UUID(1, 1));
    private static final SessionId OTHER = new SessionId(new UUID(2, 2));
    private static final long NOW = 1000;
    private static final Granted GRANTED = new Granted(OURS, 1500, 4);
    private static final LeaseOver LEASE_OVER = new LeaseOver(OURS, 4);

    private static final Map<String, SessionState> STATES = states();
    private static final Map<String, SessionEvent> EVENTS = events();

    private static Map<String, SessionState> states() {
        Map<String, SessionState> states = new LinkedHashMap<>();
        states.put("AwaitingGrant", new AwaitingGrant(OURS));
        states.put("Granted", GRANTED);
        states.put("Granted, the lease ended", new Granted(OURS, NOW, 4));
        states.put("LeaseOver", LEASE_OVER);
        return states;
    }

    private static Map<String, SessionEvent> events() {
        Map<String, SessionEvent> events = new LinkedHashMap<>();
        events.put("GrantReceived", new GrantReceived(NOW, OURS, 300, 4));
        events.put("GrantReceived, older incarnation", new GrantReceived(NOW, OURS, 300, 3));
        events.put("GrantReceived, another session", new GrantReceived(NOW, OTHER, 300, 4));
        events.put("CommandReceived, starts work", new CommandReceived(NOW, OURS, true));
        events.put("CommandReceived, starts none", new CommandReceived(NOW, OURS, false));
        events.put("CommandReceived, another session", new CommandReceived(NOW, OTHER, false));
        events.put("CommandReceived, no session", new CommandReceived(NOW, null, true));
        events.put("Ticked", new Ticked(NOW));
        return events;
    }

    @Test
    void everyPairOfStateAndEventIsAsTheDocumentSays() throws IOException {
        String expected = document();

        if (Boolean.getBoolean("tidemark.states.write")) {
            Files.writeString(DIAGRAM, expected);
        }

        assertThat(Files.readString(DIAGRAM))
                .as("docs/states/session.md; write it anew with -Dtidemark.states.write=true")
                .isEqualTo(expected);
    }

    @Test
    void theFirstGrantOpensTheSession() {
        assertThat(SessionDecider.decide(new AwaitingGrant(OURS), new GrantReceived(NOW, OURS, 300, 4)))
                .isEqualTo(new Opened(new Granted(OURS, 1300, 4)));
    }

    @Test
    void aLaterGrantRenewsTheLeaseAlsoWhenItIsOver() {
        var grant = new GrantReceived(NOW, OURS, 300, 5);

        assertThat(SessionDecider.decide(GRANTED, grant).state()).isEqualTo(new Granted(OURS, 1300, 5));
        assertThat(SessionDecider.decide(LEASE_OVER, grant).state()).isEqualTo(new Granted(OURS, 1300, 5));
    }

    @Test
    void aGrantOfAnOlderCatalogIncarnationRenewsNothing() {
        assertThat(SessionDecider.decide(GRANTED, new GrantReceived(NOW, OURS, 900, 3))
                        .state())
                .isEqualTo(GRANTED);
    }

    @Test
    void theLeaseEndsAtItsEndAndNotAfterIt() {
        assertThat(SessionDecider.decide(GRANTED, new CommandReceived(1499, OURS, true)))
                .isInstanceOf(Accepted.class);
        assertThat(SessionDecider.decide(GRANTED, new CommandReceived(1500, OURS, true)))
                .isEqualTo(new Refused(LEASE_OVER, "session " + OURS + ": expected a lease, found that it is over"));
    }

    @Test
    void aLeaseWithoutEndDoesNotOverflow() {
        assertThat(SessionDecider.decide(LEASE_OVER, new GrantReceived(NOW, OURS, Long.MAX_VALUE, 4))
                        .state())
                .isEqualTo(new Granted(OURS, Long.MAX_VALUE, 4));
    }

    private static String document() {
        StringBuilder text = new StringBuilder("""
                # Session states of an agent

                Written by SessionDeciderTest, never by hand.

                | state | event | decision | becomes |
                |---|---|---|---|
                """);
        STATES.forEach((stateName, state) -> EVENTS.forEach((eventName, event) -> {
            SessionDecision decision = SessionDecider.decide(state, event);
            text.append("| %s | %s | %s | %s |%n"
                    .formatted(
                            stateName,
                            eventName,
                            text(decision),
                            decision.state().getClass().getSimpleName()));
        }));
        return text.toString();
    }

    private static String text(SessionDecision decision) {
        return switch (decision) {
            case Announce _ -> "announce the start";
            case Opened _ -> "open the session";
            case Accepted _ -> "accept";
            case Refused _ -> "refuse";
            case Kept(SessionState _, String why) -> why;
        };
    }
}
