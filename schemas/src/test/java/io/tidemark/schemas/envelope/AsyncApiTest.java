package io.tidemark.schemas.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The published document names what the code sends, and nothing that is not there.
final class AsyncApiTest {
    private static final String BASE = "/io/tidemark/schemas/";

    @Test
    void everyReferenceResolves() throws IOException {
        JsonNode document = document();
        List<String> references = document.findValuesAsText("$ref");
        assertThat(references).isNotEmpty().allSatisfy(reference -> {
            if (reference.startsWith("#")) {
                assertThat(document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse();
            } else {
                assertThat(AsyncApiTest.class.getResource(BASE + reference.substring(2)))
                        .as(reference)
                        .isNotNull();
            }
        });
    }

    @Test
    void everyMessageTypeIsNamedAndSentSomewhere() throws IOException {
        JsonNode document = document();
        assertThat(document.at("/components/messages").findValuesAsText("name"))
                .containsExactlyInAnyOrderElementsOf(
                        MessageTypes.all().stream().map(MessageTypes::typeOf).toList());
        assertThat(document.path("channels").findValuesAsText("$ref"))
                .containsExactlyInAnyOrderElementsOf(MessageTypes.all().stream()
                        .map(message -> "#/components/messages/" + message.getSimpleName())
                        .toList());
    }

    @Test
    void everyTopicIsNamed() throws IOException {
        HostId host = new HostId(new UUID(1, 2));
        RepositoryId repository = new RepositoryId("repo-1");
        ClientId client = new ClientId("client-1");
        List<String> addresses = document().path("channels").findValuesAsText("address").stream()
                .map(address -> address.replace("{hostId}", host.toString())
                        .replace("{repositoryId}", repository.toString())
                        .replace("{clientId}", client.toString()))
                .toList();
        assertThat(addresses)
                .containsExactlyInAnyOrder(
                        Topics.hostCommands(host),
                        Topics.hostEvents(host),
                        Topics.maintenanceCommands(repository),
                        Topics.maintenanceEvents(repository),
                        Topics.clientRequests(client),
                        Topics.clientReplies(client),
                        Topics.EVENTS,
                        Topics.EPOCHS,
                        Topics.RESTORE_POINTS,
                        Topics.INVENTORY,
                        Topics.AUDIT,
                        Topics.DEAD_LETTERS);
    }

    private static JsonNode document() throws IOException {
        try (InputStream in = AsyncApiTest.class.getResourceAsStream(BASE + "asyncapi.yaml")) {
            return new YAMLMapper().readTree(in);
        }
    }
}
