package io.tidemark.agent.repository.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.FormatTooNew;
import io.tidemark.agent.repository.log.LogRecord.Pruned;
import io.tidemark.agent.repository.log.LogSamples.Kind;
import io.tidemark.schemas.id.VmId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A record comes back as it was, or not at all. What a hostile one does is told by `HostileRecordsTest`.
class LogCodecTest {
    private static final long NUMBER = 12;
    private static final Optional<Digest> PREVIOUS = Optional.of(LogSamples.digest("the record before"));
    private static final Pruned RECORD = new Pruned(LogSamples.point(1));

    private final LogCodec codec = new LogCodec(LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES);

    @ParameterizedTest
    @EnumSource
    void aRecordComesBackAsItWas(Kind kind) {
        byte[] bytes = codec.encode(NUMBER, PREVIOUS, kind.record());

        assertThat(codec.decode(NUMBER, PREVIOUS, bytes)).isEqualTo(kind.record());
    }

    @Test
    void theFirstRecordNamesNoneBeforeIt() {
        byte[] bytes = codec.encode(0, Optional.empty(), RECORD);

        assertThat(text(bytes)).doesNotContain("previous");
        assertThat(codec.decode(0, Optional.empty(), bytes)).isEqualTo(RECORD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"quoted\" and \\ back",
                "two\nlines\r\n",
                "sha256 \u0000 \u0007 \u007f",
                "Zürich, 東京, \ud83d\udcbe",
                "line ends of others: \u0085 \u2028 \u2029",
                "halves: \ud83d and \udcbe",
                "</domain><!-- {\"kind\":\"pruned\"} -->"
            })
    void everyTextComesBackAsItWas(String text) {
        LogRecord commit = LogSamples.withTexts(LogSamples.committed(2, 1L), text);

        byte[] bytes = codec.encode(NUMBER, PREVIOUS, commit);

        assertThat(codec.decode(NUMBER, PREVIOUS, bytes)).isEqualTo(commit);
        assertThat(text(bytes).lines()).hasSize(4).allMatch(line -> line.chars().allMatch(each -> each < 128));
    }

    @ParameterizedTest
    @EnumSource
    void aRecordWithAnyBitFlippedIsRefused(Kind kind) {
        byte[] bytes = codec.encode(NUMBER, PREVIOUS, kind.record());

        IntStream accepted = IntStream.range(0, bytes.length * Byte.SIZE).filter(bit -> isRead(flipped(bytes, bit)));

        assertThat(accepted).isEmpty();
    }

    @Test
    void aRecordThatIsCutShortOrGoesOnIsRefused() {
        byte[] bytes = codec.encode(NUMBER, PREVIOUS, RECORD);

        IntStream accepted = IntStream.range(0, 2 * bytes.length)
                .filter(length -> length != bytes.length)
                .filter(length -> isRead(Arrays.copyOf(bytes, length)));

        assertThat(accepted).isEmpty();
    }

    private boolean isRead(byte[] bytes) {
        try {
            codec.decode(NUMBER, PREVIOUS, bytes);
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        return flipped;
    }

    @Test
    void aRecordOfAnotherRepositoryIsRefused() {
        var other =
                new LogCodec(new LogKey(new UUID(7, 7), LogSamples.KEY.vm()), ContentSeal.NONE, LogSamples.SIGNATURES);

        assertRefused(codec.encode(NUMBER, PREVIOUS, RECORD), other, NUMBER, PREVIOUS, "repository");
    }

    @Test
    void aRecordOfAnotherVmIsRefused() {
        var other = new LogCodec(
                new LogKey(LogSamples.KEY.repository(), new VmId(new UUID(7, 7))),
                ContentSeal.NONE,
                LogSamples.SIGNATURES);

        assertRefused(codec.encode(NUMBER, PREVIOUS, RECORD), other, NUMBER, PREVIOUS, "VM");
    }

    @Test
    void aRecordOfAnotherNumberIsRefused() {
        assertRefused(codec.encode(NUMBER, PREVIOUS, RECORD), codec, NUMBER + 1, PREVIOUS, "number");
    }

    @Test
    void aRecordBehindAnotherOneIsRefused() {
        byte[] bytes = codec.encode(NUMBER, PREVIOUS, RECORD);

        assertRefused(bytes, codec, NUMBER, Optional.of(LogSamples.digest("another")), "previous record");
        assertRefused(bytes, codec, NUMBER, Optional.empty(), "previous record");
        assertRefused(codec.encode(NUMBER, Optional.empty(), RECORD), codec, NUMBER, PREVIOUS, "previous record");
    }

    private static void assertRefused(
            byte[] bytes, LogCodec codec, long number, Optional<Digest> previous, String why) {
        assertThatThrownBy(() -> codec.decode(number, previous, bytes))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("/log/%020d is damaged", number)
                .hasMessageContaining(why + ": expected ");
    }

    @Test
    void aRecordThatCouldNotBeReadIsNotWritten() {
        LogRecord tooLarge = LogSamples.withTexts(LogSamples.committed(2, 1L), "x".repeat(LogCodec.BYTES_MAX / 3));

        assertThatThrownBy(() -> codec.encode(NUMBER, PREVIOUS, tooLarge))
                .isInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageContaining("expected at most " + LogCodec.BYTES_MAX + " bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "10", "999999999"})
    void aRecordOfALaterVersionIsTooNew(String version) {
        byte[] bytes = ("tidemark-log " + version + "\nwhatever it holds").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> codec.decode(NUMBER, PREVIOUS, bytes))
                .isInstanceOf(FormatTooNew.class)
                .hasMessageEndingWith("/log/00000000000000000012: expected version 1, found version " + version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "01", "-1", "1.0", "1 ", "9999999999", "", "one"})
    void whatIsNoVersionIsDamage(String version) {
        byte[] bytes = ("tidemark-log " + version + "\nwhatever it holds").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> codec.decode(NUMBER, PREVIOUS, bytes)).isInstanceOf(DamagedException.class);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
