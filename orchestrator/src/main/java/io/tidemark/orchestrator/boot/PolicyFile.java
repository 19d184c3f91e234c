package io.tidemark.orchestrator.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.tidemark.orchestrator.policy.PolicyDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is written in a file of policies: the ids of repositories, and policies in the shape of the REST interface.
///
/// ```yaml
/// repositories: [main]
/// policies:
///   - name: web
///     schedule: {cron: "0 2 * * *", zone: Europe/Berlin}
///     selection: {pattern: "web-*"}
///     repository: main
///     retention: {keepLast: 14}
/// ```
record PolicyFile(List<String> repositories, List<PolicyDraft> policies) {
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory()).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    PolicyFile {
        repositories = List.copyOf(repositories);
        policies = List.copyOf(policies);
    }

    private record Text(
            @Nullable List<String> repositories, @Nullable List<PolicyDraft> policies) {}

    /// Reads the file; one that is missing or is not of this shape is an `IllegalStateException` that says where.
    static PolicyFile read(Path path) {
        try {
            Text text = YAML.readValue(Files.readString(path), Text.class);
            return new PolicyFile(
                    text == null || text.repositories() == null ? List.of() : text.repositories(),
                    text == null || text.policies() == null ? List.of() : text.policies());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "tidemark.policies-file " + path + ": expected repositories and policies in YAML, found "
                            + e.getOriginalMessage() + at(e),
                    e);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "tidemark.policies-file " + path + ": expected a readable file, found " + e, e);
        }
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
    }
}
