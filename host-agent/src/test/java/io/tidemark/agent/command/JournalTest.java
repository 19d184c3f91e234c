package io.tidemark.agent.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.id.MessageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final MessageId FIRST = new MessageId(new UUID(1, 1));
    private static final MessageId SECOND = new MessageId(new UUID(1, 2));

    @TempDir
    Path folder;

    @Test
    void aSecondDeliveryIsKnownAfterReopening() {
        assertThat(Journal.open(folder).received(FIRST, text("start"))).isTrue();

        assertThat(Journal.open(folder).received(FIRST, text("start"))).isFalse();
        assertThat(Journal.open(folder).unanswered()).containsExactly(FIRST);
    }

    @Test
    void theFirstAnswerIsKeptAndASecondChangesNothing() {
        Journal journal = Journal.open(folder);
        journal.received(FIRST, text("start"));
        journal.answered(FIRST, text("done"));
        journal.answered(FIRST, text("other"));

        Journal reopened = Journal.open(folder);
        assertThat(reopened.answer(FIRST))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(text("done")));
        assertThat(reopened.unanswered()).isEmpty();
    }

    @Test
    void anEventLeavesOnlyAfterItsAcknowledgement() {
        Journal journal = Journal.open(folder);
        journal.written(FIRST, text("one"));
        journal.written(SECOND, text("two"));
        journal.acknowledged(FIRST);

        assertThat(Journal.open(folder).unacknowledged())
                .extracting(Journal.UnacknowledgedEvent::id)
                .containsExactly(SECOND);
    }

    @Test
    void aTornTailIsCutAndIsNoDamage() throws IOException {
        Journal.open(folder).received(FIRST, text("start"));
        Files.write(folder.resolve("journal"), new byte[] {0, 0, 0, 40, 1, 2}, StandardOpenOption.APPEND);

        Journal cut = Journal.open(folder);
        cut.received(SECOND, text("start"));

        assertThat(cut.isIntact()).isTrue();
        Journal reopened = Journal.open(folder);
        assertThat(reopened.isIntact()).isTrue();
        assertThat(reopened.unanswered()).containsExactly(FIRST, SECOND);
    }

    @Test
    void damageBeforeASoundRecordIsReportedAndTheRestIsKept() throws IOException {
        Journal journal = Journal.open(folder);
        journal.received(FIRST, text("start"));
        journal.received(SECOND, text("start"));
        byte[] bytes = Files.readAllBytes(folder.resolve("journal"));
        bytes[12] ^= 1;
        Files.write(folder.resolve("journal"), bytes);

        Journal damaged = Journal.open(folder);

        assertThat(damaged.isIntact()).isFalse();
        assertThat(damaged.unanswered()).containsExactly(SECOND);
    }

    @Test
    void compactionDropsWhatNoLongerCounts() throws IOException {
        Journal journal = Journal.open(folder);
        journal.received(FIRST, new byte[100_000]);
        journal.answered(FIRST, text("done"));
        journal.written(SECOND, text("two"));

        journal.compact();

        assertThat(Files.size(folder.resolve("journal"))).isLessThan(200);
        Journal reopened = Journal.open(folder);
        assertThat(reopened.answer(FIRST)).isPresent();
        assertThat(reopened.unacknowledged()).hasSize(1);
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }
}
