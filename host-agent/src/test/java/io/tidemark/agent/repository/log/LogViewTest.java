package io.tidemark.agent.repository.log;

import static io.tidemark.agent.repository.log.LogSamples.attempt;
import static io.tidemark.agent.repository.log.LogSamples.committed;
import static io.tidemark.agent.repository.log.LogSamples.opened;
import static io.tidemark.agent.repository.log.LogSamples.point;
import static io.tidemark.agent.repository.log.LogSamples.readOpened;
import static io.tidemark.agent.repository.log.LogSamples.repackOpened;
import static io.tidemark.agent.repository.log.LogSamples.repacked;
import static io.tidemark.agent.repository.log.LogSamples.session;
import static io.tidemark.agent.repository.log.LogSamples.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.log.LogRecord.AttemptClosed;
import io.tidemark.agent.repository.log.LogRecord.Fence;
import io.tidemark.agent.repository.log.LogRecord.Pruned;
import io.tidemark.agent.repository.log.LogRecord.Raised;
import io.tidemark.agent.repository.log.LogRecord.SessionClosed;
import io.tidemark.agent.repository.log.LogView.Commit;
import io.tidemark.agent.repository.log.LogView.Session;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogViewTest {
    @Test
    void aPrunedPointIsCommittedAndNoPoint() {
        LogView view = view(opened(1), committed(1, null), opened(2), committed(2, 1L), new Pruned(point(1)));

        assertThat(view.commits()).extracting(Commit::record).containsExactly(committed(1, null), committed(2, 1L));
        assertThat(view.points()).extracting(Commit::record).containsExactly(committed(2, 1L));
        assertThat(view.commit(point(1))).isPresent();
        assertThat(view.point(point(1))).isEmpty();
        assertThat(view.committed(attempt(1))).isPresent();
    }

    @Test
    void aRepackedPointLiesElsewhereAndIsWhatItWas() {
        LogView before = view(opened(1), committed(1, null), new SessionClosed(session(1)));
        LogView view = before.supposing(List.of(repackOpened(5), repacked(5, 1), repacked(5, 3)));

        Commit commit = view.point(point(1)).orElseThrow();
        Commit old = before.point(point(1)).orElseThrow();
        assertThat(commit.record().disks())
                .extracting(each -> each.root().place())
                .containsExactly(repacked(5, 1).disks().getFirst().root(), null);
        assertThat(commit.record().disks())
                .extracting(each -> each.root().id())
                .isEqualTo(old.record().disks().stream()
                        .map(each -> each.root().id())
                        .toList());
        assertThat(commit.record().made()).hasSize(3).containsAll(old.record().made());
        assertThat(commit.digest()).isEqualTo(old.digest());
        assertThat(view.commits()).hasSize(1);
        assertThat(old.record()).isEqualTo(committed(1, null));
    }

    @Test
    void aPrunedPointStaysPrunedWhoeverRepacksIt() {
        LogView view = view(opened(1), committed(1, null), new Pruned(point(1)), repackOpened(5), repacked(5, 1));

        assertThat(view.points()).isEmpty();
    }

    @Test
    void whatIsSupposedCountsInTheSupposedViewOnly() {
        LogView view = view(opened(1), committed(1, null), opened(2));

        LogView supposed = view.supposing(List.of(new Pruned(point(1)), new SessionClosed(session(2))));

        assertThat(supposed.points()).isEmpty();
        assertThat(supposed.isOpen(session(2))).isFalse();
        assertThat(view.points()).hasSize(1);
        assertThat(view.isOpen(session(2))).isTrue();
    }

    @Test
    void theNewestCommitStaysSoWhenItIsPruned() {
        LogView view = view(opened(1), committed(1, null), committed(2, 1L), new Pruned(point(2)));

        assertThat(view.newestCommit()).contains(new Commit(committed(2, 1L), 2, LogSamples.digest("record 2")));
    }

    @Test
    void aSessionIsOpenUntilARecordClosesIt() {
        LogView view = view(opened(1), readOpened(2, 1), opened(3), new SessionClosed(session(1)));

        assertThat(view.sessions()).hasSize(3);
        assertThat(view.openSessions()).containsExactly(new Session(readOpened(2, 1), 1), new Session(opened(3), 2));
        assertThat(view.isClosed(session(1))).isTrue();
        assertThat(view.isOpen(session(3))).isTrue();
        assertThat(view.isOpen(session(4))).as("one that nobody opened").isFalse();
    }

    @Test
    void aClosedAttemptClosesItsSessionsAndNoOthers() {
        LogView view = view(opened(1), opened(2), readOpened(3, 1), new AttemptClosed(attempt(1)));

        assertThat(view.openSessions()).extracting(Session::number).containsExactly(1L, 2L);
        assertThat(view.isClosed(attempt(1))).isTrue();
        assertThat(view.isClosed(session(1))).isTrue();
    }

    @Test
    void aSessionThatWasClosedIsNotOpenedAgain() {
        LogView view = view(new SessionClosed(session(1)), opened(1), new AttemptClosed(attempt(2)), opened(2));

        assertThat(view.openSessions()).isEmpty();
    }

    @Test
    void theNewestAttemptIsTheGreatestThatAnyRecordNames() {
        assertThat(view(opened(1), opened(5), opened(3)).newestAttempt()).contains(attempt(5));
        assertThat(view(opened(1), new AttemptClosed(attempt(6))).newestAttempt())
                .contains(attempt(6));
        assertThat(view(committed(7, null)).newestAttempt()).contains(attempt(7));
        assertThat(view(readOpened(8, 1)).newestAttempt()).isEmpty();
    }

    @Test
    void anIncarnationIsNeverLowered() {
        assertThat(view(new Raised(3), new Raised(2)).incarnation()).isEqualTo(3);
        assertThat(LogView.EMPTY.incarnation()).isZero();
    }

    @Test
    void aFenceLiesBehindWhatItFollows() {
        LogView view = view(opened(1), new Fence(session(9)), opened(2));

        assertThat(view.isFencedAfter(0)).isTrue();
        assertThat(view.isFencedAfter(1)).isFalse();
        assertThat(view(opened(1)).isFencedAfter(0)).isFalse();
    }

    @Test
    void aRecordThatDoesNotFollowIsRefused() {
        LogView view = view(opened(1));

        assertThatThrownBy(() -> view.plus(LogSamples.entries(2, List.of(opened(2)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Log: expected record 1, found 2");
    }
}
