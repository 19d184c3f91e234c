package io.tidemark.orchestrator.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A topic that takes nothing keeps its rows, in order, and holds up no other.
class RelayTest {
    private static final int BATCH_MAX = 3;
    private static final int TURNS_MAX = 100;

    private final Rows rows = new Rows();
    private final Broker broker = new Broker();
    private final RelaySignal signal = new RelaySignal();
    /// Not final: the test moves it.
    private long seconds;

    private final Relay relay = new Relay(rows, broker, signal, BATCH_MAX, () -> TimeUnit.SECONDS.toNanos(seconds));

    @Test
    void everythingIsSentInOrder() {
        rows.add("a", "b", "a", "b", "a", "b", "a");

        turns();

        assertThat(broker.taken).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(rows.waiting).isEmpty();
    }

    @Test
    void aDeadTopicWithMoreRowsThanABatchHoldsUpNoOther() {
        broker.dead.addAll(List.of("dead", "gone"));
        rows.add("dead", "dead", "dead", "dead", "gone", "gone", "gone", "gone", "alive", "alive");

        turns();

        assertThat(broker.taken).containsExactly(9L, 10L);
        assertThat(rows.waiting.values()).containsOnly("dead", "gone");
    }

    @Test
    void aTopicThatComesBackIsSentFromItsFirstRow() {
        broker.dead.add("dead");
        rows.add("dead", "dead", "dead", "dead", "alive");
        turns();
        broker.dead.clear();
        seconds = 5;

        turns();

        assertThat(broker.taken).containsExactly(5L, 1L, 2L, 3L, 4L);
    }

    /// Each try costs seconds, as nobody answers.
    @Test
    void aDeadTopicIsTriedOnceInAWhile() {
        broker.dead.add("dead");
        rows.add("dead", "dead");
        for (seconds = 0; seconds < 11; seconds++) {
            rows.add("alive");
            turns();
        }

        assertThat(broker.taken).hasSize(11);
        assertThat(broker.tries).filteredOn(topic -> topic.equals("dead")).hasSize(3 * 2);
    }

    @Test
    void withoutABrokerATurnEnds() {
        broker.dead.addAll(List.of("a", "b"));
        rows.add("a", "a", "a", "a", "b", "b", "b", "b");

        turns();

        assertThat(broker.taken).isEmpty();
        assertThat(rows.waiting).hasSize(8);
    }

    @Test
    void nothingIsSentOnceHeld() {
        rows.add("a");
        signal.holdForEver();

        turns();

        assertThat(broker.taken).isEmpty();
    }

    /// As the relay's thread does it, until it would wait.
    private void turns() {
        int turns = 0;
        while (relay.turn()) {
            turns++;
            assertThat(turns).as("turns without a wait").isLessThan(TURNS_MAX);
        }
    }

    private static final class Rows implements PendingMessages {
        private final TreeMap<Long, String> waiting = new TreeMap<>();
        private long last;

        void add(String... topics) {
            for (String topic : topics) {
                last++;
                waiting.put(last, topic);
            }
        }

        @Override
        public boolean hold() {
            return true;
        }

        @Override
        public List<Pending> next(int max, Set<String> without) {
            return waiting.entrySet().stream()
                    .filter(row -> !without.contains(row.getValue()))
                    .limit(max)
                    .map(row -> new Pending(row.getKey(), row.getValue(), "key", Map.of(), "{}"))
                    .toList();
        }

        @Override
        public void sent(List<Long> sequences) {
            sequences.forEach(waiting::remove);
        }

        @Override
        public void release() {
            // one relay only
        }
    }

    private static final class Broker implements MessageSender {
        private final Set<String> dead = new HashSet<>();
        private final List<Long> taken = new ArrayList<>();
        private final List<String> tries = new ArrayList<>();

        @Override
        public List<Long> send(List<PendingMessages.Pending> messages) {
            messages.forEach(message -> tries.add(message.topic()));
            List<Long> sent = messages.stream()
                    .filter(message -> !dead.contains(message.topic()))
                    .map(PendingMessages.Pending::sequence)
                    .toList();
            taken.addAll(sent);
            return sent;
        }
    }
}
