package io.tidemark.agent.repository.next.log;

import static io.tidemark.agent.repository.next.log.LogSamples.attempt;
import static io.tidemark.agent.repository.next.log.LogSamples.committed;
import static io.tidemark.agent.repository.next.log.LogSamples.opened;
import static io.tidemark.agent.repository.next.log.LogSamples.point;
import static io.tidemark.agent.repository.next.log.LogSamples.readOpened;
import static io.tidemark.agent.repository.next.log.LogSamples.session;
import static io.tidemark.agent.repository.next.log.LogSamples.view;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.AttemptStale;
import io.tidemark.agent.repository.RepositoryException.ParentMissing;
import io.tidemark.agent.repository.WriteRequest;
import io.tidemark.agent.repository.next.log.LogRecord.AttemptClosed;
import io.tidemark.agent.repository.next.log.LogRecord.Fence;
import io.tidemark.agent.repository.next.log.LogRecord.Pruned;
import io.tidemark.agent.repository.next.log.LogRecord.Raised;
import io.tidemark.agent.repository.next.log.LogRecord.SessionClosed;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.TrackerId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Attempt 5 of a VM, told to continue point 1 or none.
class WriteRulesTest {
    private static final String SUBJECT = "Attempt 1.5 on VM " + LogSamples.KEY.vm() + ": expected ";

    private static WriteRules rules(@Nullable Long parent) {
        return rules(attempt(5), parent, LogSamples.TRACKER);
    }

    private static WriteRules rules(Attempt attempt, @Nullable Long parent, TrackerId tracker) {
        var request = new WriteRequest(
                LogSamples.KEY.vm(), tracker, parent == null ? null : point(parent), attempt, point(5), List.of());
        return new WriteRules(request, 1);
    }

    private static void assertMayOpen(WriteRules rules, LogView view) {
        assertThatCode(() -> rules.requireMayOpen(view)).doesNotThrowAnyException();
    }

    private static void assertStale(WriteRules rules, LogView view, String why) {
        assertThatThrownBy(() -> rules.requireMayOpen(view))
                .isInstanceOf(AttemptStale.class)
                .hasMessage(SUBJECT + why);
        assertThatThrownBy(() -> rules.requireMayCommit(view, Set.of()))
                .isInstanceOf(AttemptStale.class)
                .hasMessage(SUBJECT + why);
    }

    private static void assertParentMissing(WriteRules rules, LogView view) {
        String message = "Parent " + point(1) + ": expected a point of VM " + LogSamples.KEY.vm() + " and tracker "
                + rules.request().tracker() + ", found none or a removed one";
        assertThatThrownBy(() -> rules.requireMayOpen(view))
                .isInstanceOf(ParentMissing.class)
                .hasMessage(message);
        assertThatThrownBy(() -> rules.requireMayCommit(view, Set.of()))
                .isInstanceOf(ParentMissing.class)
                .hasMessage(message);
    }

    @Test
    void theFirstAttemptOpens() {
        assertMayOpen(rules(null), LogView.EMPTY);
    }

    @Test
    void anAttemptOpensBehindEarlierOnesWhateverBecameOfThem() {
        assertMayOpen(
                rules(1L),
                view(
                        opened(1),
                        committed(1, null),
                        opened(3),
                        opened(4),
                        new AttemptClosed(attempt(4)),
                        new Fence(session(9)),
                        readOpened(10, 1)));
    }

    @Test
    void anAttemptOpensAgain() {
        assertMayOpen(rules(null), view(opened(5), new SessionClosed(session(5))));
    }

    @Test
    void anOlderAttemptIsRefused() {
        assertStale(rules(null), view(opened(6)), "no newer attempt, found 1.6");
        assertStale(rules(null), view(new AttemptClosed(attempt(6))), "no newer attempt, found 1.6");
    }

    @Test
    void aClosedAttemptIsRefused() {
        assertStale(rules(null), view(opened(5), new AttemptClosed(attempt(5))), "it open, found it closed");
    }

    @Test
    void anAttemptOfALowerIncarnationIsRefused() {
        assertStale(rules(null), view(new Raised(2)), "incarnation 2 or higher");
        assertStale(new WriteRules(rules(null).request(), 3), view(new Raised(2)), "incarnation 3 or higher");
        assertMayOpen(rules(new Attempt(2, 1), null, LogSamples.TRACKER), view(opened(6), new Raised(2)));
    }

    @Test
    void anAttemptThatHasCommittedIsRefused() {
        assertStale(rules(null), view(opened(5), committed(5, null)), "no commit of it or its point yet, found one");
    }

    @Test
    void aPointIsCommittedOnce() {
        WriteRules later = rules(attempt(6), null, LogSamples.TRACKER);
        LogView view = view(opened(5), committed(5, null), new Pruned(point(5)));

        assertThatThrownBy(() -> later.requireMayOpen(view))
                .isInstanceOf(AttemptStale.class)
                .hasMessageEndingWith("no commit of it or its point yet, found one");
    }

    @Test
    void aParentThatIsNoPointIsMissing() {
        assertParentMissing(rules(1L), LogView.EMPTY);
        assertParentMissing(rules(1L), view(opened(1)));
        assertParentMissing(rules(1L), view(opened(2), committed(2, null)));
    }

    @Test
    void aParentThatIsPrunedIsMissing() {
        assertParentMissing(rules(1L), view(opened(1), committed(1, null), opened(5), new Pruned(point(1))));
    }

    @Test
    void aParentOfAnotherTrackerIsMissing() {
        assertParentMissing(
                rules(attempt(5), 1L, new TrackerId("another")), view(opened(1), committed(1, null), opened(5)));
    }

    @Test
    void theAttemptCommitsWhileItsSessionsAreOpen() {
        LogView view = view(opened(1), committed(1, null), opened(5), new SessionClosed(session(1)));

        assertThatCode(() -> rules(1L).requireMayCommit(view, Set.of(session(5))))
                .doesNotThrowAnyException();
    }

    @Test
    void aFenceRefusesNobodyWhoTookOverFromItsParentAlone() {
        LogView view = view(opened(1), committed(1, null), opened(5), new Fence(session(9)));

        assertThatCode(() -> rules(1L).requireMayCommit(view, Set.of(session(5))))
                .doesNotThrowAnyException();
    }

    @Test
    void theAttemptDoesNotCommitBehindTheClosingOfASession() {
        LogView view = view(opened(5), new SessionClosed(session(5)));

        assertThatThrownBy(() -> rules(null).requireMayCommit(view, Set.of(session(5))))
                .isInstanceOf(AttemptStale.class)
                .hasMessage(SUBJECT + "session " + session(5) + " open, found it closed");
    }

    @Test
    void theAttemptDoesNotCommitWhatNoSessionHasMade() {
        assertThatThrownBy(() -> rules(null).requireMayCommit(view(opened(5)), Set.of(session(7))))
                .isInstanceOf(AttemptStale.class)
                .hasMessage(SUBJECT + "session " + session(7) + " open, found none");
    }
}
