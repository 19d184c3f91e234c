package io.tidemark.agent.repository.next.log;

import static io.tidemark.agent.repository.next.log.LogSamples.committed;
import static io.tidemark.agent.repository.next.log.LogSamples.opened;
import static io.tidemark.agent.repository.next.log.LogSamples.point;
import static io.tidemark.agent.repository.next.log.LogSamples.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.next.log.LogRecord.Pruned;
import org.junit.jupiter.api.Test;

class ReadRulesTest {
    private static final PointKey KEY = new PointKey(LogSamples.KEY.vm(), point(1));

    @Test
    void aPointIsRead() {
        assertThat(ReadRules.requireMayOpen(view(opened(1), committed(1, null)), KEY)
                        .record())
                .isEqualTo(committed(1, null));
    }

    @Test
    void whatWasNeverCommittedIsNotRead() {
        assertRefused(view(opened(1), opened(2), committed(2, null)));
    }

    @Test
    void whatWasPrunedIsNotRead() {
        assertRefused(view(opened(1), committed(1, null), new Pruned(point(1))));
    }

    private static void assertRefused(LogView view) {
        assertThatThrownBy(() -> ReadRules.requireMayOpen(view, KEY))
                .isInstanceOf(NoSuchPoint.class)
                .hasMessage("Point " + point(1) + " of VM " + LogSamples.KEY.vm() + ": expected a commit, found none");
    }
}
