package io.tidemark.agent.repository.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.FormatTooNew;
import io.tidemark.agent.repository.log.LogSamples.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Records with a right digest and wrong contents: whoever wrote them, a reader is told that they are damaged or
/// too new, and nothing else happens to it.
class HostileRecordsTest {
    /// A text or a number behind its name.
    private static final Pattern VALUE = Pattern.compile("(?<=\":)(\"[^\"]*\"|[0-9]+)");

    private final LogCodec codec = new LogCodec(LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES);

    private static String json(Kind kind) {
        return LogSamples.json(kind.record());
    }

    private LogRecord read(String json) {
        return codec.decode(0, Optional.empty(), LogSamples.framed(json, StandardCharsets.UTF_8));
    }

    private void assertDamaged(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(DamagedException.class)
                .satisfies(damage -> assertThat(damage.getMessage()).hasSizeLessThan(600));
    }

    @ParameterizedTest
    @EnumSource
    void whatThisVersionDoesNotKnowIsIgnored(Kind kind) {
        String json = json(kind).replace("\"kind\":", "\"later\":[{\"a\":1.5},null,true,\"x\"],\"kind\":");

        assertThat(read(json)).isEqualTo(kind.record());
    }

    @Test
    void textNeedsNoEscapes() {
        String json = json(Kind.COMMITTED).replace("<domain/>", "Zürich, 東京, \ud83d\udcbe");

        assertThat(read(json)).isNotEqualTo(Kind.COMMITTED.record());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "null", "7", "\"text\"", "[]", "{}", "{", "{\"kind\":\"pruned\"", "{}{}", "{},", "\0"})
    void whatIsNoRecordAtAllIsDamaged(String json) {
        assertDamaged(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"repository", "vm", "number", "kind", "session", "attempt", "point", "openedAt"})
    void aMissingFieldIsDamage(String field) {
        assertDamaged(json(Kind.OPENED).replace('"' + field + "\":", "\"other\":"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "session", "attempt", "point", "tracker", "takenAt", "consistency", "disks", "made", "content",
                "domainXml", "target", "imageIdentity", "disk", "sizeBytes", "level", "newBytes", "storedBytes", "root",
                "id", "pack", "entry", "count", "digest"
            })
    void aMissingFieldOfACommitIsDamage(String field) {
        assertDamaged(json(Kind.COMMITTED).replace('"' + field + "\":", "\"other" + field.length() + "\":"));
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENED", "COMMITTED", "RAISED"})
    void aFieldOfAnotherTypeIsDamage(Kind kind) {
        String json = json(kind);

        Stream<String> mistyped = VALUE.matcher(json)
                .results()
                .map(value -> json.substring(0, value.start()) + "true" + json.substring(value.end()));

        assertThat(mistyped).hasSizeGreaterThan(3).allSatisfy(this::assertDamaged);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"number\":0 | \"number\":0.0",
                "\"number\":0 | \"number\":0e0",
                "\"number\":0 | \"number\":\"0\"",
                "\"number\":0 | \"number\":18446744073709551616",
                "\"number\":0 | \"number\":-0.1",
                "\"number\":0 | \"number\":00",
                "\"number\":0 | \"number\":NaN",
                "\"1.2\" | \"1.02\"",
                "\"1.2\" | \"0.2\"",
                "\"1.2\" | \"1.\"",
                "\"1.2\" | \"99999999999999999999.2\"",
                "\"1.2\" | null",
                "2026-01-02T03:04:05.000000006Z | 2026-13-02T03:04:05Z",
                "2026-01-02T03:04:05.000000006Z | yesterday",
                "00000000-0000-5001-0000-000000000002 | 00000000-0000-5001-0000-00000000000A",
                "00000000-0000-5001-0000-000000000002 | 0-0-5001-0-2",
                "00000000-0000-5001-0000-000000000002 | ../../../etc/passwd",
                "\"kind\":\"opened\" | \"kind\":\"opened\",\"kind\":\"pruned\"",
                "\"kind\":\"opened\" | \"kind\":\"opened\",\"later\":{\"a\":1,\"a\":2}",
                "\"kind\" | // comment \"kind\"",
                "\"kind\" | 'kind'",
                "\"number\":0 | \"number\":0,\"previous\":null",
                "\"number\":0 | \"number\":0,\"previous\":\"00\"",
            })
    void anOpenedThatIsSpelledOtherwiseIsDamage(String what, String instead) {
        String json = json(Kind.OPENED);
        assertThat(json).contains(what);

        assertDamaged(json.replace(what, instead));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"entry\":17 | \"entry\":-1",
                "\"entry\":17 | \"entry\":2147483648",
                "-2\",\"entry\" | -02\",\"entry\"",
                "-2\",\"entry\" | -99999999999\",\"entry\"",
                "\"count\":3 | \"count\":-3",
                "\"count\":3 | \"count\":4294967299",
                "\"sizeBytes\":90000000 | \"sizeBytes\":-1",
                "\"sizeBytes\":10737418240 | \"sizeBytes\":0",
                "\"newBytes\":1048576 | \"newBytes\":-1",
                "\"tracker\":\"default\" | \"tracker\":\"../default\"",
                "\"tracker\":\"default\" | \"tracker\":\"\"",
                "{\"target\":\"vda\" | {\"target\":\"more\",\"imageIdentity\":\"x\"},{\"target\":\"vda\"",
                "\"made\":[ | \"made\":[7,",
                "\"made\":[ | \"made\":[null,",
                "\"parent\":\" | \"parent\":\"x",
            })
    void aCommitThatIsSpelledOtherwiseIsDamage(String what, String instead) {
        String json = json(Kind.COMMITTED);
        assertThat(json).contains(what);

        assertDamaged(json.replace(what, instead));
    }

    @ParameterizedTest
    @CsvSource({
        "OPENED, opened, snapshot",
        "COMMITTED, filesystem, application",
        "COMMITTED, incremental, synthetic",
        "COMMITTED, disk-added, disk-liked",
        "PRUNED, pruned, Pruned"
    })
    void aWordThatThisVersionDoesNotKnowIsTooNew(Kind kind, String word, String later) {
        String json = json(kind).replace('"' + word + '"', '"' + later + '"');

        assertThatThrownBy(() -> read(json)).isInstanceOf(FormatTooNew.class).hasMessageContaining(later);
    }

    @Test
    void whatIsMadeToExhaustAReaderIsDamage() {
        assertDamaged(withLater("[".repeat(1000) + "]".repeat(1000)));
        assertDamaged(withLater("[".repeat(1_000_000)));
        assertDamaged(withLater("{\"a\":".repeat(100) + "1" + "}".repeat(100)));
        assertDamaged(withLater("9".repeat(1000)));
        assertDamaged(withLater("1e" + "9".repeat(1000)));
        assertDamaged(withLater("[" + "[],".repeat(1_000_000) + "[]]"));
        assertDamaged(json(Kind.OPENED).replace("kind", "k".repeat(100_000)));
        assertDamaged(json(Kind.OPENED).replace(LogSamples.session(2).toString(), "5".repeat(1_000_000)));
    }

    @Test
    void aNumberThatIsFarTooGreatIsNoHarm() {
        assertThat(read(withLater("1e999999999"))).isEqualTo(Kind.OPENED.record());
        assertDamaged(json(Kind.OPENED).replace("\"number\":0", "\"number\":1e999999999"));
        assertDamaged(json(Kind.RAISED).replace("\"incarnation\":7", "\"incarnation\":1e999999999"));
    }

    private String withLater(String value) {
        return json(Kind.OPENED).replace("\"kind\":", "\"later\":" + value + ",\"kind\":");
    }

    @Test
    void aFourthLineIsDamage() {
        assertDamaged(json(Kind.OPENED).replace("\"kind\":", "\n\"kind\":"));
        assertDamaged(json(Kind.OPENED) + "\n");
    }

    @Test
    void whatIsNotUtf8IsDamage() {
        String json = json(Kind.COMMITTED).replace("<domain/>", "Zürich");

        assertThatThrownBy(
                        () -> codec.decode(0, Optional.empty(), LogSamples.framed(json, StandardCharsets.ISO_8859_1)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("UTF-8");
    }
}
