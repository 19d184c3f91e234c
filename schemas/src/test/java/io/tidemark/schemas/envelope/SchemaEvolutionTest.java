package io.tidemark.schemas.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A golden sample of each message is kept for ever: what was once sent must always be read.
final class SchemaEvolutionTest {
    private static final Map<String, String> HEADERS = Map.of(
            "ce_specversion", "1.0",
            "ce_id", "3f2504e0-4f89-41d3-9a0c-000000000099",
            "ce_source", "test",
            "ce_subject", "vm",
            "ce_time", "2026-01-02T03:04:05Z");

    private final MessageCodec codec = new MessageCodec();

    static Collection<Class<?>> messages() {
        return MessageTypes.all();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyGoldenSampleKeepsItsSchemaAndIsReadAndWrittenAgainAsItWas(Class<?> message) throws IOException {
        assertIsKept(message, file(message));
    }

    /// A field that was added has a sample beside that of its type, which is without.
    @ParameterizedTest
    @CsvSource({
        "backup-completed.v1, backup-completed.v1+differential",
        "backup-completed.v1, backup-completed.v1+notices",
        "backup-completed.v1, backup-completed.v1+newbytes",
        "request-backup.v1, request-backup.v1+differential",
        "request-backup.v1, request-backup.v1+level",
        "request-backup.v1, request-backup.v1+tracker",
        "restore-point-created.v1, restore-point-created.v1+differential",
        "restore-point-created.v1, restore-point-created.v1+level",
        "restore-point-created.v1, restore-point-created.v1+tracker",
        "request-backup.v1, request-backup.v1+mountpoints",
        "restore-point-created.v1, restore-point-created.v1+notices",
        "restore-point-row.v1, restore-point-row.v1+differential",
        "restore-point-row.v1, restore-point-row.v1+level",
        "restore-point-row.v1, restore-point-row.v1+tracker",
        "start-backup.v1, start-backup.v1+copy",
        "start-backup.v1, start-backup.v1+differential",
        "start-backup.v1, start-backup.v1+mountpoints",
    })
    void aFieldThatWasAddedIsKeptBySchemaAndRecord(String type, String sample) throws IOException {
        Class<?> message = MessageTypes.all().stream()
                .filter(each -> file(each).equals(type + ".json"))
                .findFirst()
                .orElseThrow();

        assertIsKept(message, sample + ".json");
    }

    private void assertIsKept(Class<?> message, String sample) throws IOException {
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(text("/io/tidemark/schemas/json/" + file(message)));
        String golden = text("/golden/" + sample);
        assertThat(schema.validate(golden, InputFormat.JSON)).isEmpty();
        var headers = new java.util.HashMap<>(HEADERS);
        headers.put("ce_type", MessageTypes.typeOf(message));
        Decoding decoding = codec.decode(headers, golden.getBytes(StandardCharsets.UTF_8));
        assertThat(decoding).isInstanceOf(Decoding.Decoded.class);
        Envelope<?> envelope = ((Decoding.Decoded) decoding).envelope();
        assertThat(envelope.body()).isInstanceOf(message);
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(codec.encode(envelope).json())).isEqualTo(json.readTree(golden));
    }

    private static String file(Class<?> message) {
        return MessageTypes.typeOf(message).substring("io.tidemark.".length()) + ".json";
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = SchemaEvolutionTest.class.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
