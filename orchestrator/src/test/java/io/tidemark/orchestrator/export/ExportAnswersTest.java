package io.tidemark.orchestrator.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.orchestrator.export.ExportState.Asked;
import io.tidemark.orchestrator.export.ExportState.Complete;
import io.tidemark.orchestrator.export.ExportState.Failed;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.MaintenanceEvent;
import io.tidemark.schemas.event.MaintenanceEvent.CatalogExported;
import io.tidemark.schemas.event.MaintenanceEvent.MaintenanceFailed;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Answers of a repository's maintenance agent as they really come: twice, late, of two runs.
class ExportAnswersTest {
    private static final RepositoryId MAIN = new RepositoryId("main");
    private static final ExportId EXPORT = new ExportId(new UUID(9, 1));
    private static final ExportId OLDER = new ExportId(new UUID(9, 0));
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Transactions TRANSACTIONS = new Transactions() {
        @Override
        public <T> T call(Supplier<T> work) {
            return work.get();
        }
    };

    private final InMemoryExports exports = new InMemoryExports();
    private final ExportAnswers answers = new ExportAnswers(exports);

    @BeforeEach
    void ask() {
        exports.begin(new AskedExport(EXPORT, MAIN, NOW, new Asked()));
    }

    private void hear(RepositoryId speaker, MaintenanceEvent event, @Nullable String correlation) {
        var place = new Received.Place(Topics.maintenanceEvents(speaker), 0, 1);
        var id = new MessageId(new UUID(1, 1));
        answers.handle(
                new Received<>(place, new Envelope<>(id, event, "test", "main", NOW, correlation, id, null, null)));
    }

    private void hear(CatalogExported page) {
        hear(MAIN, page, page.export().toString());
    }

    private static List<CatalogExported> pages(ExportId export, String... texts) {
        String digest = digest(String.join("", texts));
        return IntStream.range(0, texts.length)
                .mapToObj(index -> new CatalogExported(MAIN, export, digest, index + 1, texts.length, texts[index]))
                .toList();
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private ExportState state() {
        return exports.byId(EXPORT).orElseThrow().state();
    }

    private String text() throws IOException {
        AskedExport export = exports.byId(EXPORT).orElseThrow();
        int pages = ((Complete) export.state()).pages();
        return new String(
                new ExportedText(export, pages, exports, TRANSACTIONS).open().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void pagesMakeTheTextWhateverComesTwiceOrLate() throws IOException {
        List<CatalogExported> pages = pages(EXPORT, "{\"a", "\":1}\n{", "}\n");

        List.of(1, 0, 0, 2, 1, 2).forEach(index -> hear(pages.get(index)));

        assertThat(state()).isEqualTo(new Complete(pages.getFirst().digest(), 3));
        assertThat(text()).isEqualTo("{\"a\":1}\n{}\n");
    }

    @Test
    void pagesOfARepositoryThatHasChangedAreNotMixedWithTheEarlierOnes() throws IOException {
        List<CatalogExported> earlier = pages(EXPORT, "a", "b", "c");
        List<CatalogExported> later = pages(EXPORT, "a", "B");

        List.of(earlier.get(0), earlier.get(1), later.get(0), earlier.get(2), later.get(1))
                .forEach(this::hear);

        assertThat(text()).isEqualTo("aB");
    }

    @Test
    void answersToAnEarlierRequestAreIgnored() {
        pages(OLDER, "a").forEach(this::hear);
        hear(MAIN, failed("io.tidemark.export-catalog.v1"), OLDER.toString());

        assertThat(state()).isEqualTo(new Asked());
    }

    @Test
    void textThatIsNotWhatTheDigestSaysFails() {
        hear(new CatalogExported(MAIN, EXPORT, "0".repeat(64), 1, 1, "a"));

        assertThat(state())
                .isEqualTo(new Failed("text: expected the digest " + "0".repeat(64) + ", found " + digest("a")));
        assertThat(exports.page(EXPORT, 1)).isEmpty();
    }

    @Test
    void failureOfTheCommandIsTheExportsAndThatOfAnotherIsNot() {
        hear(MAIN, failed("io.tidemark.list-points.v1"), EXPORT.toString());
        hear(MAIN, failed("io.tidemark.export-catalog.v1"), null);
        hear(MAIN, failed("io.tidemark.export-catalog.v1"), "whatever");
        assertThat(state()).isEqualTo(new Asked());

        hear(MAIN, failed("io.tidemark.export-catalog.v1"), EXPORT.toString());

        assertThat(state()).isEqualTo(new Failed("digest-mismatch: record 3 is damaged"));
    }

    @Test
    void anotherRepositoryCannotAnswer() {
        RepositoryId other = new RepositoryId("other");
        CatalogExported page = pages(EXPORT, "a").getFirst();

        assertThatThrownBy(() -> hear(other, page, null)).isInstanceOf(UnacceptableMessage.class);
        hear(other, new CatalogExported(other, EXPORT, page.digest(), 1, 1, "a"), null);

        assertThat(state()).isEqualTo(new Asked());
    }

    @Test
    void readingOnIsRefusedOnceAnotherWasAskedFor() {
        pages(EXPORT, "a", "b").forEach(this::hear);
        ExportedText text = new ExportedText(exports.byId(EXPORT).orElseThrow(), 2, exports, TRANSACTIONS);
        exports.begin(new AskedExport(OLDER, MAIN, NOW, new Asked()));

        assertThatThrownBy(() -> text.open().readAllBytes())
                .isInstanceOf(Refusal.Conflict.class)
                .hasMessageContaining("none, as another was asked for meanwhile");
    }

    private static MaintenanceFailed failed(String type) {
        return new MaintenanceFailed(
                MAIN, new MessageId(new UUID(1, 1)), type, FailureReason.DIGEST_MISMATCH, "record 3 is damaged");
    }
}
