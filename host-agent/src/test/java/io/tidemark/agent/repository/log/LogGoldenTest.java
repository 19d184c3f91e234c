package io.tidemark.agent.repository.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.log.LogSamples.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The records that version 1 reads for ever, and still writes.
class LogGoldenTest {
    private final LogCodec codec = new LogCodec(LogSamples.KEY, ContentSeal.NONE, LogSamples.SIGNATURES);

    @ParameterizedTest
    @EnumSource
    void aRecordThatWasWrittenOnceIsRead(Kind kind) {
        assertThat(codec.decode(number(kind), previous(kind), golden(kind))).isEqualTo(kind.record());
    }

    @ParameterizedTest
    @EnumSource
    void aRecordIsWrittenAsItWasOnce(Kind kind) {
        byte[] bytes = codec.encode(number(kind), previous(kind), kind.record());

        assertThat(new String(bytes, UTF_8)).isEqualTo(new String(golden(kind), UTF_8));
    }

    /// The first one begins a log.
    private static long number(Kind kind) {
        return kind == Kind.OPENED ? 0 : 12;
    }

    private static Optional<Digest> previous(Kind kind) {
        return kind == Kind.OPENED ? Optional.empty() : Optional.of(LogSamples.digest("the record before"));
    }

    private static byte[] golden(Kind kind) {
        String name =
                "/repository/log-1/" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".txt";
        try (InputStream in = LogGoldenTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
