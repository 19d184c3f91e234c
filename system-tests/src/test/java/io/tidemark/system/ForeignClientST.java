package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tidemark.demo.tour.Tidemark;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The topics as somebody sees them who has only the published contract.
@ExtendWith(SharedStack.class)
class ForeignClientST {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration COMPACTED_MAX = Duration.ofMinutes(2);
    private final Stack stack;
    private final Kcat kcat;

    ForeignClientST(Stack stack) {
        this.stack = stack;
        this.kcat = new Kcat(stack.all.bootstrapServers());
    }

    @Test
    void everyBodyOnThePublicTopicsKeepsItsPublishedSchema() throws Exception {
        for (String topic :
                List.of("tidemark.events", "tidemark.epochs", "tidemark.restore-points", "tidemark.inventory")) {
            List<Kcat.Message> messages = kcat.read(topic);
            assertThat(messages).as(topic).isNotEmpty();
            for (Kcat.Message message : messages) {
                if (!message.body().isEmpty()) {
                    assertKeepsItsSchema(message);
                }
            }
        }
        assertThat(kcat.read("tidemark.events"))
                .extracting(Kcat.Message::type)
                .contains(
                        "io.tidemark.run-started.v1",
                        "io.tidemark.restore-point-created.v1",
                        "io.tidemark.epoch-advanced.v1",
                        "io.tidemark.run-ended.v1");
    }

    private static void assertKeepsItsSchema(Kcat.Message message) throws IOException {
        String file = message.type().substring("io.tidemark.".length()) + ".json";
        try (InputStream schema = ForeignClientST.class.getResourceAsStream("/io/tidemark/schemas/json/" + file)) {
            assertThat(schema).as("schema of " + message.type()).isNotNull();
            String text = new String(schema.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                            .getSchema(text)
                            .validate(message.body(), InputFormat.JSON))
                    .as(message.body())
                    .isEmpty();
        }
    }

    @Test
    void aPlainRequestGetsExactlyOneTerminalReply() throws Exception {
        stack.all.rest().post("/api/v1/clients", Map.of("id", "billing"));
        String correlation = UUID.randomUUID().toString();
        Kcat.Message request = request(correlation, "durable");

        kcat.write("tidemark.client.billing.requests", request);
        kcat.write("tidemark.client.billing.requests", request);

        List<Kcat.Message> replies = awaitReplies(correlation);
        assertThat(replies).hasSize(1);
        assertThat(replies.getFirst().type()).isEqualTo("io.tidemark.request-succeeded.v1");
        assertKeepsItsSchema(replies.getFirst());
    }

    @Test
    void theGateVerifiedIsRefusedAsThereIsNoVerifier() throws Exception {
        stack.all.rest().post("/api/v1/clients", Map.of("id", "auditor"));
        String correlation = UUID.randomUUID().toString();

        kcat.write("tidemark.client.auditor.requests", request(correlation, "verified"));

        Kcat.Message reply = Tidemark.await(
                        "a reply", Stack.SOON, () -> replies("auditor", correlation), found -> !found.isEmpty())
                .getFirst();
        assertThat(reply.type()).isEqualTo("io.tidemark.request-failed.v1");
        assertThat(JSON.readTree(reply.body()).path("reason").asText()).isEqualTo("gate-unsupported");
    }

    private Kcat.Message request(String correlation, String gate) {
        Map<String, String> headers = new TreeMap<>(Map.of(
                "ce_specversion", "1.0",
                "ce_id", UUID.randomUUID().toString(),
                "ce_type", "io.tidemark.request-backup.v1",
                "ce_source", "billing",
                "ce_subject", "guest",
                "ce_time", "2026-01-02T03:04:05Z",
                "ce_correlationid", correlation));
        String body = "{\"vmName\":\"guest\",\"repository\":\"" + Stack.REPOSITORY + "\",\"gate\":\"" + gate
                + "\",\"quiesce\":true,\"forceFull\":false}";
        return new Kcat.Message(headers, correlation, body);
    }

    private List<Kcat.Message> awaitReplies(String correlation) throws Exception {
        Tidemark.await("a reply", Stack.SOON, () -> replies("billing", correlation), found -> !found.isEmpty());
        stack.backUp(); // whatever a second request had started would have ended by now as well
        return replies("billing", correlation);
    }

    private List<Kcat.Message> replies(String client, String correlation) throws IOException, InterruptedException {
        return kcat.read("tidemark.client." + client + ".replies").stream()
                .filter(message -> correlation.equals(message.headers().get("ce_correlationid")))
                .toList();
    }

    /// A closed segment is compacted within the broker's 15 s turns; the open one never is, so it is closed by a
    /// backup more.
    @Test
    void compactedTopicsAreCompactedAndGiveTheCatalogBack() throws Exception {
        Tidemark.await(
                "the table of epochs compacted",
                COMPACTED_MAX,
                () -> {
                    stack.tidemark.backUp(stack.vm, Stack.REPOSITORY, false);
                    return kcat.read("tidemark.epochs");
                },
                ForeignClientST::isCompacted);

        // rows are sent after the catalog's commit, so the topics may be a moment behind
        Set<String> catalog = epochsOfCatalog();
        Tidemark.await("epochs as in the catalog, " + catalog, Stack.SOON, this::epochsOfTopic, catalog::equals);
        Set<String> points = stack.tidemark.points(stack.vm).stream()
                .map(point -> point.path("id").asText())
                .collect(Collectors.toSet());
        Tidemark.await(
                "points as in the catalog, " + points,
                Stack.SOON,
                () -> table("tidemark.restore-points").values().stream()
                        .filter(row -> row.path("vm").asText().equals(stack.vm))
                        .map(row -> row.path("point").asText())
                        .collect(Collectors.toSet()),
                points::equals);
    }

    private Set<String> epochsOfCatalog() throws IOException, InterruptedException {
        Set<String> epochs = new TreeSet<>();
        for (JsonNode epoch : stack.all.rest().get("/api/v1/epochs?vm=" + stack.vm)) {
            epochs.add(epoch(
                    stack.vm + "/" + epoch.path("disk").asText() + "/"
                            + epoch.path("tracker").asText(),
                    epoch));
        }
        return epochs;
    }

    private Set<String> epochsOfTopic() throws IOException, InterruptedException {
        Set<String> epochs = new TreeSet<>();
        table("tidemark.epochs").forEach((key, row) -> {
            if (key.startsWith(stack.vm)) {
                epochs.add(epoch(key, row));
            }
        });
        return epochs;
    }

    private static String epoch(String key, JsonNode row) {
        return key + " token " + row.path("token").asText() + " revision "
                + row.path("revision").asLong(-1);
    }

    /// Each change of a row is one record with the next revision; fewer records than revisions were thinned out.
    private static boolean isCompacted(List<Kcat.Message> rows) {
        Map<String, Integer> kept = new TreeMap<>();
        rows.forEach(row -> kept.merge(row.key(), 1, Integer::sum));
        return rows.stream().filter(row -> !row.body().isEmpty()).anyMatch(row -> {
            Integer count = kept.get(row.key());
            return count != null && count < json(row.body()).path("revision").asInt();
        });
    }

    private Map<String, JsonNode> table(String topic) throws IOException, InterruptedException {
        Map<String, JsonNode> rows = new TreeMap<>();
        for (Kcat.Message row : kcat.read(topic)) {
            if (row.body().isEmpty()) {
                rows.remove(row.key());
            } else {
                rows.put(row.key(), json(row.body()));
            }
        }
        return rows;
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
