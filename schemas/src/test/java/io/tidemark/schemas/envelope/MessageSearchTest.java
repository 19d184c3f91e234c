package io.tidemark.schemas.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.envelope.Decoding.Decoded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What is nearly a golden sample is decoded or found malformed, and never ends its consumer.
final class MessageSearchTest {
    private static final int ROUNDS = Integer.getInteger("tidemark.fuzz.rounds", 100);
    private static final long SEED = Long.getLong("tidemark.fuzz.seed", 1);
    private static final int PIECE_BYTES_MAX = 16;
    private static final Pattern VALUE = Pattern.compile("(?<=: ?)(\"[^\"]*\"|-?[0-9]+|true|false)");
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
            "\"00000000-0000-0000-0000-00000000000g\"",
            "[".repeat(2000));
    private static final List<String> HEADERS = List.of(
            "ce_specversion",
            "ce_type",
            "ce_id",
            "ce_source",
            "ce_subject",
            "ce_time",
            "ce_correlationid",
            "ce_causationid",
            "ce_session",
            "ce_attempt");

    private final MessageCodec codec = new MessageCodec();

    @TestFactory
    Collection<DynamicTest> whatIsNearlyAGoldenSampleIsDecodedOrMalformed() {
        return MessageTypes.all().stream()
                .sorted(Comparator.comparing(Class::getName))
                .map(message -> DynamicTest.dynamicTest(message.getSimpleName(), () -> search(message)))
                .toList();
    }

    private void search(Class<?> message) throws IOException {
        String type = MessageTypes.typeOf(message);
        byte[] golden = golden(type.substring("io.tidemark.".length()) + ".json");
        assertThat(isDecoded(headers(type), golden)).isTrue();
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] body = random.nextBoolean() ? withAnotherValue(golden, random) : changed(golden, random);
            Map<String, String> headers = headers(type);
            if (random.nextInt(4) == 0) {
                String header = HEADERS.get(random.nextInt(HEADERS.size()));
                byte[] text = headers.getOrDefault(header, "1.1").getBytes(StandardCharsets.UTF_8);
                headers.put(header, new String(changed(text, random), StandardCharsets.UTF_8));
            }
            try {
                isDecoded(headers, body);
            } catch (RuntimeException | Error thrown) {
                String found = headers + " " + new String(body, StandardCharsets.UTF_8);
                throw new AssertionError("seed " + SEED + ", round " + round + ": " + found, thrown);
            }
        }
    }

    private boolean isDecoded(Map<String, String> headers, byte[] body) {
        if (!(codec.decode(headers, body) instanceof Decoded decoded)) {
            return false;
        }
        EncodedMessage again = codec.encode(decoded.envelope());
        assertThat(codec.decode(again.headers(), again.json().getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(decoded);
        return true;
    }

    private static Map<String, String> headers(String type) {
        return new HashMap<>(Map.of(
                "ce_specversion", "1.0",
                "ce_type", type,
                "ce_id", "3f2504e0-4f89-41d3-9a0c-000000000099",
                "ce_source", "test",
                "ce_subject", "vm",
                "ce_time", "2026-01-02T03:04:05Z"));
    }

    private static byte[] golden(String file) throws IOException {
        try (InputStream in = MessageSearchTest.class.getResourceAsStream("/golden/" + file)) {
            return Objects.requireNonNull(in, file).readAllBytes();
        }
    }

    /// The same JSON with another value of one member.
    private static byte[] withAnotherValue(byte[] json, Random random) {
        String text = new String(json, StandardCharsets.UTF_8);
        List<Integer> starts = new ArrayList<>();
        Matcher values = VALUE.matcher(text);
        while (values.find()) {
            starts.add(values.start());
        }
        if (starts.isEmpty() || !values.find(starts.get(random.nextInt(starts.size())))) {
            return json;
        }
        String other = VALUES.get(random.nextInt(VALUES.size()));
        return (text.substring(0, values.start()) + other + text.substring(values.end()))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// The same bytes with noise or a piece of them in the place of a few.
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
