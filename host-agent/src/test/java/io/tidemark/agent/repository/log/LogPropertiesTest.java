package io.tidemark.agent.repository.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.FormatTooNew;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.log.LogView.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/// What holds for every history of a log: of the codec, of the view, and of the log as a whole.
class LogPropertiesTest {
    private static final String SEED = "20261127";

    @Provide
    Arbitrary<List<LogRecord>> histories() {
        return LogHistories.histories();
    }

    @Provide
    Arbitrary<LogRecord> records() {
        return LogHistories.records();
    }

    @Provide
    Arbitrary<String> texts() {
        return LogHistories.texts();
    }

    @Provide
    Arbitrary<String> spliced() {
        return LogHistories.spliced();
    }

    @Provide
    Arbitrary<Digest> digests() {
        return LogHistories.digests();
    }

    @Property(tries = 300, seed = SEED)
    void aRecordComesBackInItsPlace(
            @ForAll("records") LogRecord record,
            @ForAll @LongRange(min = 1) long number,
            @ForAll("digests") Digest previous) {
        var codec = new LogCodec(LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES);

        byte[] bytes = codec.encode(number, Optional.of(previous), record);

        assertThat(codec.decode(number, Optional.of(previous), bytes)).isEqualTo(record);
    }

    @Property(tries = 300, seed = SEED)
    void anyTextComesBack(@ForAll("texts") String text) {
        var codec = new LogCodec(LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES);
        LogRecord commit = LogSamples.withTexts(LogSamples.committed(2, 1L), text);

        byte[] bytes = codec.encode(0, Optional.empty(), commit);

        assertThat(codec.decode(0, Optional.empty(), bytes)).isEqualTo(commit);
    }

    @Property(tries = 5000, seed = SEED)
    void whateverSomebodyWroteIsReadOrRefused(@ForAll("spliced") String json) {
        var codec = new LogCodec(LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES);
        byte[] bytes = LogSamples.framed(json, StandardCharsets.UTF_8);

        try {
            assertThat(codec.decode(0, Optional.empty(), bytes)).isNotNull();
        } catch (RepositoryException refused) {
            assertThat(refused).isInstanceOfAny(DamagedException.class, FormatTooNew.class);
        }
    }

    @Property(tries = 300, seed = SEED)
    void aViewSaysTheSameHoweverItWasRead(@ForAll("histories") List<LogRecord> history) {
        List<Entry> entries = LogSamples.entries(0, history);
        LogView whole = LogView.EMPTY.plus(entries);

        LogView stepwise = LogView.EMPTY;
        for (Entry entry : entries) {
            stepwise = stepwise.plus(List.of(entry));
        }

        assertThat(stepwise).usingRecursiveComparison().isEqualTo(whole);
    }

    @Property(tries = 40, seed = SEED)
    void aLogSaysTheSameToItsWriterAndToWhoeverReadsItLater(@ForAll("histories") List<LogRecord> history) {
        var blobs = new MemoryBlobs();
        var log = new VmLog(blobs, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES);
        List<Entry> appended = new ArrayList<>();
        for (LogRecord record : history) {
            log.append(_ -> Optional.of(record)).ifPresent(appended::add);
        }

        LogView later = new VmLog(blobs, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES).read();

        assertThat(later).usingRecursiveComparison().isEqualTo(log.read());
        assertThat(later).usingRecursiveComparison().isEqualTo(LogView.EMPTY.plus(appended));
    }

    @Property(tries = 300, seed = SEED)
    void whatAViewSaysHangsTogether(@ForAll("histories") List<LogRecord> history) {
        LogView view = LogView.EMPTY.plus(LogSamples.entries(0, history));

        assertThat(view.next()).isEqualTo(history.size());
        assertThat(view.commits()).containsAll(view.points());
        assertThat(view.points())
                .allMatch(each -> view.point(each.record().point()).isPresent());
        assertThat(view.commits())
                .allMatch(each -> view.newestAttempt()
                                .orElseThrow()
                                .compareTo(each.record().attempt())
                        >= 0);
        assertThat(view.sessions()).containsAll(view.openSessions());
        assertThat(view.sessions())
                .allMatch(each -> view.isOpen(each.opening().session())
                        != view.isClosed(each.opening().session()));
    }
}
