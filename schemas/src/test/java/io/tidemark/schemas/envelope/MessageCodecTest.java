package io.tidemark.schemas.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.event.MaintenanceEvent.CatalogExported;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MessageCodecTest {
    private static final String TASK = "{\"task\":\"3f2504e0-4f89-41d3-9a0c-000000000001\"}";
    private static final ExportId EXPORT = ExportId.of("3f2504e0-4f89-41d3-9a0c-000000000002");
    private final MessageCodec codec = new MessageCodec();

    @Test
    void anUnknownTypeIsNamed() {
        assertThat(decode(Map.of("ce_type", "io.tidemark.dance.v9"), "{}"))
                .isEqualTo(new Decoding.UnknownType("io.tidemark.dance.v9"));
    }

    @Test
    void unknownFieldsAreIgnored() {
        assertThat(decode(Map.of(), TASK.replace("}", ",\"new\":{\"a\":[1]}}"))).isInstanceOf(Decoding.Decoded.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                       | task: required
            {"task":null}            | task: required
            {"task":7}               | task: expected text, found number
            {"task":"../../x"}       | TaskId: expected a UUID
            []                       | body: expected an object
            {"task":                 | body:
            {"task":"a","task":"b"}  | Duplicate
            """)
    void aMalformedBodyIsNamed(String json, String reason) {
        assertMalformed(decode(Map.of(), json), reason);
    }

    @Test
    void aNegativeNumberIsMalformed() {
        assertMalformed(
                decode(
                        Map.of("ce_type", "io.tidemark.heartbeat.v1"),
                        "{\"uptimeMillis\":-1,\"freeSlots\":1,\"hypervisorReachable\":true}"),
                "uptimeMillis: expected a whole number from 0");
    }

    /// What an agent is told to freeze or to run keeps its limits before anything looks at it.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "quiesce":true,"mountpoints":["/","srv"]       | mountpoints[1]: expected an absolute path
            "quiesce":true,"mountpoints":[]                | mountpoints: expected 1 to 32 entries
            "quiesce":false,"mountpoints":["/"]            | mountpoints: expected none without quiesce
            "quiesce":true,"mountpoints":"/"               | mountpoints: expected a list, found string
            "quiesce":false,"scripts":"orders-db"          | scripts: expected none without quiesce
            "quiesce":true,"scripts":"../../bin/sh"        | ScriptSetId: expected [a-z0-9-]{1,64}
            """)
    void aFreezeOutsideOfItsLimitsIsMalformed(String fields, String reason) {
        String id = "3f2504e0-4f89-41d3-9a0c-000000000001";
        assertMalformed(decode(Map.of("ce_type", "io.tidemark.start-backup.v1"), """
                        {"task":"%1$s","point":"%1$s","vm":"%1$s","domain":"%1$s","tracker":"main","repository":"main",
                         "disks":[],"freezeTimeoutMillis":1,"deadlineMillis":1,%2$s}""".formatted(id, fields)), reason);
    }

    /// An agent that does not know a reason refuses the command, and never carries it out as if there were none.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            full        | differential       | expected the reason differential of an incremental disk
            incremental | of-a-later-release | not one of the values accepted
            """)
    void aReasonThatIsUnknownOrOfAnotherLevelIsMalformed(String level, String reason, String why) {
        String id = "3f2504e0-4f89-41d3-9a0c-000000000001";
        assertMalformed(
                decode(Map.of("ce_type", "io.tidemark.start-backup.v1"), """
                        {"task":"%1$s","point":"%1$s","vm":"%1$s","domain":"%1$s","tracker":"main","repository":"main",
                         "disks":[{"disk":"%1$s","target":"vda","level":"%2$s","reason":"%3$s"}],"quiesce":true,
                         "freezeTimeoutMillis":1,"deadlineMillis":1}""".formatted(id, level, reason)), why);
    }

    @Test
    void anInstantThatIsEmptyIsMalformed() {
        assertMalformed(
                decode(Map.of("ce_type", "io.tidemark.restore-point-row.v1"), """
                        {"point":"3f2504e0-4f89-41d3-9a0c-000000000001","repository":"main",
                         "vm":"3f2504e0-4f89-41d3-9a0c-000000000002","takenAt":"","consistency":"crash",
                         "storedBytes":1,"commitDigest":"sha256:%s","revision":3}""".formatted("ab".repeat(32))),
                "Cannot coerce empty String");
    }

    @Test
    void halfOfASurrogatePairIsMalformed() {
        assertMalformed(
                decode(Map.of(), TASK.replace("}", ",\"new\":\"\\ud800\"}")), "expected text of whole characters");
    }

    @ParameterizedTest
    @CsvSource({"ce_id,x", "ce_time,yesterday", "ce_session,x", "ce_attempt,1", "ce_attempt,0.1", "ce_specversion,2.0"})
    void aMalformedHeaderIsNamed(String header, String value) {
        assertMalformed(decode(Map.of(header, value), TASK), header);
    }

    @Test
    void aBodyOverTheLimitAndATombstoneAreMalformed() {
        assertMalformed(decode(Map.of(), " ".repeat(MessageCodec.MAX_BODY_BYTES + 1)), "body: expected at most");
        assertMalformed(codec.decode(Map.of("ce_type", "io.tidemark.cancel-task.v1"), null), "found none");
        assertMalformed(codec.decode(Map.of(), new byte[0]), "ce_type: required");
    }

    @Test
    void theLargestPageOfAnExportFitsIntoAMessage() {
        String widest = "世".repeat(CatalogExported.MAX_TEXT_CHARACTERS);
        var page = new CatalogExported(new RepositoryId("a".repeat(63)), EXPORT, "0".repeat(64), 256, 256, widest);
        var envelope = new Envelope<>(
                new MessageId(EXPORT.value()), page, "test", "vm", Instant.EPOCH, EXPORT.toString(), null, null, null);

        EncodedMessage encoded = codec.encode(envelope);

        assertThat(encoded.bytes().length).isLessThan(1_000_000);
        assertThat(codec.decode(encoded.headers(), encoded.bytes())).isEqualTo(new Decoding.Decoded(envelope));
    }

    @ParameterizedTest
    @CsvSource({"0,1,x", "2,1,x", "1,257,x", "1,1,''"})
    void aPageOfAnExportThatCannotBeOneIsMalformed(int page, int pages, String text) {
        String body =
                "{\"repository\":\"main\",\"export\":\"%s\",\"digest\":\"%s\",\"page\":%d,\"pages\":%d,\"text\":\"%s\"}"
                        .formatted(EXPORT, "0".repeat(64), page, pages, text);

        assertMalformed(decode(Map.of("ce_type", "io.tidemark.catalog-exported.v1"), body), "expected 1 to ");
    }

    @Test
    void topicsAreReadBackAndForeignOnesAreNot() {
        String id = "3f2504e0-4f89-41d3-9a0c-000000000001";
        assertThat(Topics.hostOfEvents("tidemark.host." + id + ".events"))
                .map(Topics::hostEvents)
                .contains("tidemark.host." + id + ".events");
        assertThat(Topics.hostOfEvents("tidemark.host." + id + ".commands")).isEmpty();
        assertThat(Topics.hostOfEvents("tidemark.host.x.events")).isEmpty();
        assertThat(Topics.repositoryOfEvents("tidemark.maintenance..events")).isEmpty();
        assertThat(Topics.clientOfRequests("tidemark.client.crm.requests"))
                .map(Topics::clientReplies)
                .contains("tidemark.client.crm.replies");
    }

    private Decoding decode(Map<String, String> changes, String json) {
        Map<String, String> headers = new HashMap<>(Map.of(
                "ce_specversion", "1.0",
                "ce_type", "io.tidemark.cancel-task.v1",
                "ce_id", "3f2504e0-4f89-41d3-9a0c-000000000099",
                "ce_source", "test",
                "ce_subject", "vm",
                "ce_time", "2026-01-02T03:04:05Z"));
        headers.putAll(changes);
        return codec.decode(headers, json.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertMalformed(Decoding decoding, String reason) {
        assertThat(decoding)
                .isInstanceOfSatisfying(
                        Decoding.Malformed.class, m -> assertThat(m.reason()).contains(reason));
    }
}
