package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.log.LogRecord.AttemptClosed;
import io.tidemark.agent.repository.log.LogRecord.Fence;
import io.tidemark.agent.repository.log.LogRecord.Pruned;
import io.tidemark.agent.repository.log.LogRecord.Raised;
import io.tidemark.agent.repository.log.LogRecord.SessionClosed;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// Any records in any order, also such as no writer would append: of so few sessions, attempts and points that they
/// meet.
final class LogHistories {
    private static final int IDS = 5;
    private static final int RECORDS_MAX = 40;
    private static final int CUT_CHARACTERS = 20;

    private LogHistories() {}

    static Arbitrary<List<LogRecord>> histories() {
        return records().list().ofMaxSize(RECORDS_MAX);
    }

    static Arbitrary<LogRecord> records() {
        Arbitrary<Long> ids = Arbitraries.longs().between(1, IDS);
        return Arbitraries.oneOf(
                ids.map(LogSamples::opened),
                ids.flatMap(session -> ids.map(point -> LogSamples.readOpened(session, point))),
                ids.flatMap(number -> ids.injectNull(0.5).map(parent -> LogSamples.committed(number, parent))),
                ids.map(LogSamples::repackOpened),
                ids.flatMap(session -> ids.map(point -> LogSamples.repacked(session, point))),
                ids.map(number -> new Pruned(LogSamples.point(number))),
                ids.map(number -> new Fence(LogSamples.session(number))),
                ids.map(number -> new SessionClosed(LogSamples.session(number))),
                ids.map(number -> new AttemptClosed(LogSamples.attempt(number))),
                Arbitraries.longs().map(Raised::new));
    }

    /// Texts of all characters that there are, halves of characters too.
    static Arbitrary<String> texts() {
        return Arbitraries.strings().all().ofMaxLength(50);
    }

    /// The JSON of a record in which something stands in the place of something else.
    static Arbitrary<String> spliced() {
        Arbitrary<Integer> places = Arbitraries.integers().between(0, Integer.MAX_VALUE);
        return Combinators.combine(records(), places, places, pieces()).as((record, place, length, piece) -> {
            String json = LogSamples.json(record);
            int from = place % json.length();
            int to = Math.min(json.length(), from + length % CUT_CHARACTERS);
            return json.substring(0, from) + piece + json.substring(to);
        });
    }

    private static Arbitrary<String> pieces() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "{", "}", "[", "]", "[[", "\"", ":", ",", "null", "true", "-1", "1e9", "0.5", "\\", "\\u",
                        "\\ud800"),
                Arbitraries.longs().map(String::valueOf),
                texts());
    }

    static Arbitrary<Digest> digests() {
        return Arbitraries.longs().map(number -> LogSamples.digest("record " + number));
    }
}
