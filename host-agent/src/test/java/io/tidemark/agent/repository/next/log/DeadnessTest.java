package io.tidemark.agent.repository.next.log;

import static io.tidemark.agent.repository.next.log.LogSamples.OPENED_AT;
import static io.tidemark.agent.repository.next.log.LogSamples.attempt;
import static io.tidemark.agent.repository.next.log.LogSamples.opened;
import static io.tidemark.agent.repository.next.log.LogSamples.point;
import static io.tidemark.agent.repository.next.log.LogSamples.readOpened;
import static io.tidemark.agent.repository.next.log.LogSamples.session;
import static io.tidemark.agent.repository.next.log.LogSamples.view;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.next.log.LogRecord.AttemptClosed;
import io.tidemark.agent.repository.next.log.LogRecord.Opened;
import io.tidemark.agent.repository.next.log.LogRecord.SessionClosed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadnessTest {
    private static final Duration DAY = Duration.ofDays(1);

    private static List<SessionId> dead(LogView view, Instant now) {
        return Deadness.dead(view, now, DAY).stream()
                .map(each -> each.opening().session())
                .toList();
    }

    @Test
    void sessionsAreTakenForDeadOnceTheyAreOlderThanThat() {
        LogView view = view(opened(1), readOpened(2, 1));

        assertThat(dead(view, OPENED_AT.plus(DAY))).isEmpty();
        assertThat(dead(view, OPENED_AT.plus(DAY).plusNanos(1))).containsExactly(session(1), session(2));
    }

    @Test
    void whatIsClosedIsNotTakenForDead() {
        LogView view =
                view(opened(1), opened(2), opened(3), new SessionClosed(session(1)), new AttemptClosed(attempt(2)));

        assertThat(dead(view, OPENED_AT.plus(DAY.multipliedBy(2)))).containsExactly(session(3));
    }

    @Test
    void aClockThatIsFarOffIsNoHarm() {
        LogView view = view(at(1, Instant.MIN), at(2, Instant.MAX), at(3, OPENED_AT));

        assertThat(dead(view, OPENED_AT)).containsExactly(session(1));
        assertThat(dead(view, Instant.MAX)).containsExactly(session(1), session(3));
        assertThat(dead(view, Instant.MIN)).isEmpty();
    }

    private static Opened at(long number, Instant openedAt) {
        return new Opened(session(number), attempt(number), point(number), openedAt);
    }
}
