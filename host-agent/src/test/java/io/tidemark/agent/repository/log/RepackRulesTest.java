package io.tidemark.agent.repository.log;

import static io.tidemark.agent.repository.log.LogSamples.committed;
import static io.tidemark.agent.repository.log.LogSamples.opened;
import static io.tidemark.agent.repository.log.LogSamples.readOpened;
import static io.tidemark.agent.repository.log.LogSamples.repackOpened;
import static io.tidemark.agent.repository.log.LogSamples.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.log.LogRecord.SessionClosed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RepackRulesTest {
    private final LogView quiet = LogSamples.view(opened(1), committed(1, null), new SessionClosed(session(1)));

    static List<LogRecord> openings() {
        return List.of(opened(2), readOpened(2, 1), repackOpened(2));
    }

    @Test
    void aRepackThatIsAloneMayGoOn() {
        LogView view = quiet.supposing(List.of(repackOpened(5)));

        assertThat(RepackRules.mayOpen(quiet)).isTrue();
        assertThat(RepackRules.mayRepack(view, session(5))).isTrue();
        assertThat(RepackRules.openRepacks(view)).containsExactly(session(5));
    }

    @ParameterizedTest
    @MethodSource("openings")
    void anotherSessionThatIsOpenEndsIt(LogRecord other) {
        LogView before = quiet.supposing(List.of(other));

        assertThat(RepackRules.mayOpen(before)).isFalse();
        assertThat(RepackRules.mayRepack(before.supposing(List.of(repackOpened(5))), session(5)))
                .isFalse();
        LogView after = quiet.supposing(List.of(repackOpened(5), other));
        assertThat(RepackRules.mayRepack(after, session(5))).isFalse();
        assertThat(RepackRules.mayRepack(after.supposing(List.of(new SessionClosed(session(2)))), session(5)))
                .isTrue();
    }

    @Test
    void whoseSessionIsClosedMayNotGoOn() {
        LogView closed = quiet.supposing(List.of(repackOpened(5), new SessionClosed(session(5))));

        assertThat(RepackRules.mayRepack(closed, session(5))).isFalse();
        assertThat(RepackRules.mayRepack(closed.supposing(List.of(repackOpened(6))), session(5)))
                .isFalse();
        assertThat(RepackRules.mayRepack(quiet, session(5))).isFalse();
    }
}
