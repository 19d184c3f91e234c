package io.tidemark.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.schemas.id.MessageId;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Kills the journal in each of its writes, opens it again and goes on.
class JournalCrashTest {
    private static final int WRITES = 6;
    private static final MessageId COMMAND = new MessageId(new UUID(2, 1));
    private static final MessageId EVENT = new MessageId(new UUID(2, 2));

    static Stream<Arguments> deaths() {
        return IntStream.rangeClosed(1, WRITES)
                .boxed()
                .flatMap(write -> Stream.of(0, 1, 7, 8, 20, 1000).map(bytes -> Arguments.of(write, bytes)));
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void whatWasAcknowledgedBeforeTheDeathIsThereAfterIt(int fatalWrite, int bytes) {
        DyingJournalFile file = new DyingJournalFile(fatalWrite, bytes);
        List<String> done = new ArrayList<>();
        assertThatThrownBy(() -> life(Journal.open(file), done)).isInstanceOf(UncheckedIOException.class);
        assertThat(file.writes()).isEqualTo(fatalWrite);

        Journal reopened = Journal.open(file);

        assertThat(reopened.isIntact()).isTrue();
        assertThat(done.contains("received") && reopened.received(COMMAND, new byte[9]))
                .isFalse();
        assertThat(done.contains("answered") && reopened.answer(COMMAND).isEmpty())
                .isFalse();
        boolean mustSend = done.contains("written") && !done.contains("answered");
        assertThat(mustSend && reopened.unacknowledged().isEmpty()).isFalse();
        assertThat(done.contains("acknowledged") && !reopened.unacknowledged().isEmpty())
                .isFalse();
        life(reopened, new ArrayList<>());
        assertThat(Journal.open(file).answer(COMMAND)).isPresent();
    }

    @Test
    void afterAFailedWriteTheJournalRefusesAllUse() {
        Journal journal = Journal.open(new DyingJournalFile(1, 3));
        assertThatThrownBy(() -> journal.received(COMMAND, new byte[9])).isInstanceOf(UncheckedIOException.class);

        assertThatThrownBy(() -> journal.received(EVENT, new byte[9])).isInstanceOf(IllegalStateException.class);
    }

    private static void life(Journal journal, List<String> done) {
        journal.received(COMMAND, new byte[9]);
        done.add("received");
        journal.written(EVENT, new byte[9]);
        done.add("written");
        journal.answered(COMMAND, new byte[9]);
        done.add("answered");
        journal.acknowledged(EVENT);
        done.add("acknowledged");
        journal.compact();
    }
}
