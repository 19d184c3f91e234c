package io.tidemark.orchestrator.rebuild.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.RepositoryId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What is nearly an export is read or refused with its line: anybody may have written the file.
class ExportSearchTest {
    private static final int ROUNDS = Integer.getInteger("tidemark.fuzz.rounds", 1000);
    private static final long SEED = Long.getLong("tidemark.fuzz.seed", 1);
    private static final int CHANGES_MAX = 3;
    private static final int PIECE_BYTES_MAX = 64;
    private static final Pattern VALUE = Pattern.compile("(?<=:)(\"[^\"]*\"|-?[0-9]+)");
    private static final List<String> VALUES = List.of(
            "null",
            "-1",
            "1e999999999",
            "0.5",
            "9223372036854775808",
            "[]",
            "[null]",
            "{}",
            "\"\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"+1000000000-12-31T23:59:59Z\"",
            "\"9223372036854775807.9223372036854775808\"",
            "[".repeat(2000));
    private static final byte[] EXPORT = ExportTextTest.EXPORT.getBytes(StandardCharsets.UTF_8);

    @Test
    void whatIsNearlyAnExportIsReadOrRefused() throws IOException {
        assertThat(isTaken(EXPORT)).isTrue();
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = EXPORT;
            int changes = 1 + random.nextInt(CHANGES_MAX);
            for (int change = 0; change < changes; change++) {
                bytes = random.nextBoolean() ? withAnotherValue(bytes, random) : changed(bytes, random);
            }
            try {
                isTaken(bytes);
            } catch (RuntimeException | Error thrown) {
                String found = new String(bytes, StandardCharsets.UTF_8);
                throw new AssertionError("seed " + SEED + ", round " + round + ": " + found, thrown);
            }
        }
    }

    private boolean isTaken(byte[] bytes) throws IOException {
        ExportText export = new ExportText(() -> new ByteArrayInputStream(bytes), new RepositoryId("main"));
        try {
            assertThat(export.incarnation()).isPositive();
            export.forEach(vm -> assertThat(vm.points()).allMatch(point -> point.line() > vm.line()));
            return true;
        } catch (Refusal.Invalid refused) {
            assertThat(refused).hasMessageStartingWith("line ");
            return false;
        }
    }

    /// The same lines with another value of one member.
    private static byte[] withAnotherValue(byte[] lines, Random random) {
        String text = new String(lines, StandardCharsets.UTF_8);
        List<Integer> starts = new ArrayList<>();
        Matcher values = VALUE.matcher(text);
        while (values.find()) {
            starts.add(values.start());
        }
        if (starts.isEmpty() || !values.find(starts.get(random.nextInt(starts.size())))) {
            return lines;
        }
        String other = VALUES.get(random.nextInt(VALUES.size()));
        return (text.substring(0, values.start()) + other + text.substring(values.end()))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// The same bytes with noise or a piece of them in the place of some.
    private static byte[] changed(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + random.nextInt(PIECE_BYTES_MAX));
        byte[] others = new byte[random.nextInt(PIECE_BYTES_MAX)];
        if (random.nextBoolean() || bytes.length < others.length) {
            random.nextBytes(others);
        } else {
            System.arraycopy(bytes, random.nextInt(bytes.length - others.length + 1), others, 0, others.length);
        }
        return ByteBuffer.allocate(at + others.length + bytes.length - end)
                .put(bytes, 0, at)
                .put(others)
                .put(bytes, end, bytes.length - end)
                .array();
    }
}
