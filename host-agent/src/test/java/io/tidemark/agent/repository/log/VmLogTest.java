package io.tidemark.agent.repository.log;

import static io.tidemark.agent.repository.log.LogSamples.attempt;
import static io.tidemark.agent.repository.log.LogSamples.opened;
import static io.tidemark.agent.repository.log.LogSamples.point;
import static io.tidemark.agent.repository.log.LogSamples.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.AttemptStale;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.blob.WeakBlobs;
import io.tidemark.agent.repository.log.LogRecord.Opened;
import io.tidemark.agent.repository.log.LogRecord.Pruned;
import io.tidemark.agent.repository.log.LogView.Entry;
import io.tidemark.agent.repository.log.LogView.Session;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VmLogTest {
    private static final int WRITERS = 8;
    private static final int RECORDS_EACH = 20;

    private final MemoryBlobs blobs = new MemoryBlobs();
    private final VmLog log = new VmLog(blobs, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES);

    private static void append(VmLog log, LogRecord... records) {
        for (LogRecord record : records) {
            assertThat(log.append(_ -> Optional.of(record))).isPresent();
        }
    }

    private static List<SessionId> sessions(LogView view) {
        return view.sessions().stream().map(each -> each.opening().session()).toList();
    }

    @Test
    void aLogThatNobodyWroteIsEmpty() {
        assertThat(log.read().next()).isZero();
        assertThat(log.read().last()).isEmpty();
    }

    @Test
    void recordsTakeTheNumbersFromZero() {
        append(log, opened(1), opened(2), opened(3));

        assertThat(blobs.objects.keySet()).containsExactly(name(0).text(), name(1).text(), name(2).text());
        assertThat(name(2).text()).isEqualTo("vms/" + LogSamples.KEY.vm() + "/log/00000000000000000002");
        assertThat(sessions(new VmLog(blobs, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES).read()))
                .containsExactly(session(1), session(2), session(3));
    }

    private static BlobName name(long number) {
        return LogSamples.KEY.name(number);
    }

    @Test
    void theEntryTellsThePlaceOfTheRecord() {
        append(log, opened(1));

        Entry entry = log.append(_ -> Optional.of(opened(2))).orElseThrow();

        assertThat(entry.number()).isEqualTo(1);
        assertThat(entry.record()).isEqualTo(opened(2));
        assertThat(log.read().last()).contains(entry.digest());
    }

    @Test
    void whoeverDecidesForNothingAppendsNothing() {
        assertThat(log.append(_ -> Optional.empty())).isEmpty();

        assertThat(blobs.objects).isEmpty();
    }

    @Test
    void whoeverRefusesAppendsNothing() {
        assertThatThrownBy(() -> log.append(_ -> {
                    throw new AttemptStale("refused");
                }))
                .isInstanceOf(AttemptStale.class);

        assertThat(blobs.objects).isEmpty();
    }

    @Test
    void whoeverLosesARaceIsAskedAgain() {
        BlobStore racing = new MemoryBlobs() {
            private boolean isFirst = true;

            @Override
            public Creation createIfAbsent(BlobName name, byte[] content) {
                if (isFirst) {
                    isFirst = false;
                    append(new VmLog(this, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES), opened(7));
                }
                return super.createIfAbsent(name, content);
            }
        };
        List<Long> asked = new ArrayList<>();

        Optional<Entry> entry = new VmLog(racing, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES)
                .append(view -> {
                    asked.add(view.next());
                    return view.newestAttempt().isEmpty() ? Optional.of(opened(6)) : Optional.empty();
                });

        assertThat(entry).isEmpty();
        assertThat(asked).containsExactly(0L, 1L);
    }

    @ParameterizedTest
    @EnumSource(
            value = WeakBlobs.class,
            names = {"RETRANSMITTING", "NEVER_LISTING"})
    void ofManyWritersEachSeesTheLogUpToItsOwnRecord(WeakBlobs kind) throws Exception {
        assertEachSeesTheLogUpToItsOwnRecord(kind.empty());
    }

    @Test
    void ofManyWritersEachSeesTheLogUpToItsOwnRecordInAStrictStore() throws Exception {
        assertEachSeesTheLogUpToItsOwnRecord(blobs);
    }

    /// Each record holds, as its instant, the number that came next when it was decided.
    private static void assertEachSeesTheLogUpToItsOwnRecord(BlobStore store) throws Exception {
        var shared = new VmLog(store, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES);
        List<Callable<List<Entry>>> writers = IntStream.range(0, WRITERS)
                .<Callable<List<Entry>>>mapToObj(writer -> () -> appended(
                        writer % 2 == 0
                                ? shared
                                : new VmLog(store, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES),
                        writer))
                .toList();
        List<Entry> appended = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            for (Future<List<Entry>> each : threads.invokeAll(writers)) {
                appended.addAll(each.get());
            }
        }

        List<Session> found = new VmLog(store, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES)
                .read()
                .sessions();
        assertThat(found).hasSize(WRITERS * RECORDS_EACH);
        assertThat(found).allMatch(each -> each.opening().openedAt().getEpochSecond() == each.number());
        assertThat(found.stream().map(each -> new Session((Opened) each.opening(), each.number())))
                .containsExactlyInAnyOrderElementsOf(appended.stream()
                        .map(each -> new Session((Opened) each.record(), each.number()))
                        .toList());
    }

    private static List<Entry> appended(VmLog log, int writer) {
        return LongStream.range(0, RECORDS_EACH)
                .mapToObj(count -> log.append(view -> Optional.of(new Opened(
                                new SessionId(new UUID(writer, count)),
                                attempt(1),
                                point(1),
                                Instant.ofEpochSecond(view.next()))))
                        .orElseThrow())
                .toList();
    }

    @Test
    void whatWasReadIsNotReadAgain() {
        var reads = new AtomicInteger();
        BlobStore counting = new MemoryBlobs() {
            @Override
            public Optional<byte[]> read(BlobName name, int bytesMax) {
                reads.incrementAndGet();
                return super.read(name, bytesMax);
            }
        };
        var counted = new VmLog(counting, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES);
        append(counted, opened(1), opened(2), opened(3), opened(4), opened(5));
        LogView before = counted.read();
        reads.set(0);

        assertThat(counted.read().next()).isEqualTo(before.next());
        assertThat(reads).as("the last record, and the one behind it").hasValue(2);
    }

    @Test
    void aViewThatWasHandedOutStaysAsItIs() {
        append(log, opened(1));
        LogView before = log.read();

        append(log, opened(2));
        log.read();

        assertThat(before.next()).isEqualTo(1);
        assertThat(sessions(before)).containsExactly(session(1));
    }

    @Test
    void whatIsRememberedOfALogThatIsAnotherNowIsForgotten() {
        append(log, opened(1), opened(2), opened(3));
        log.read();

        blobs.objects.clear();
        append(
                new VmLog(blobs, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES),
                opened(4),
                opened(5),
                opened(6),
                opened(7));

        assertThat(sessions(log.read())).containsExactly(session(4), session(5), session(6), session(7));
    }

    @Test
    void whatIsRememberedOfALogThatIsShorterNowIsForgotten() {
        append(log, opened(1), opened(2));
        log.read();

        blobs.objects.remove(name(1).text());

        assertThat(sessions(log.read())).containsExactly(session(1));
    }

    @Test
    void aLostRecordInTheMiddleIsDamage() {
        append(log, opened(1), opened(2), opened(3));

        blobs.objects.remove(name(1).text());

        assertThatThrownBy(() -> new VmLog(blobs, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES).read())
                .isInstanceOf(DamagedException.class)
                .hasMessage(
                        "record " + name(1) + " is damaged: expected it to be there, as later ones are, found none");
    }

    @Test
    void nobodyAppendsWhereARecordIsLost() {
        append(log, opened(1), opened(2), opened(3));
        blobs.objects.remove(name(1).text());

        assertThatThrownBy(() -> append(
                        new VmLog(blobs, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES),
                        new Pruned(point(1))))
                .isInstanceOf(DamagedException.class);

        assertThat(blobs.objects).doesNotContainKey(name(1).text());
    }

    @Test
    void whatElseLiesInTheFolderIsNothing() {
        append(log, opened(1));
        blobs.objects.put(LogSamples.KEY.folder() + "/zzz", new byte[1]);
        blobs.objects.put(LogSamples.KEY.folder() + "/9", new byte[1]);

        assertThat(log.read().next()).isEqualTo(1);
    }

    @Test
    void aRecordThatIsTooLargeIsNotRead() {
        blobs.objects.put(name(0).text(), new byte[LogCodec.BYTES_MAX + 1]);

        assertThatThrownBy(log::read)
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("at most 16777216 bytes");
    }

    @Test
    void aRecordThatWasChangedIsDamage() {
        append(log, opened(1), opened(2));
        blobs.objects.put(name(0).text(), "anything".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> new VmLog(blobs, LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES).read())
                .isInstanceOf(DamagedException.class);
    }
}
