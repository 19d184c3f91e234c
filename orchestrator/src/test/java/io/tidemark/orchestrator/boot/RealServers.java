package io.tidemark.orchestrator.boot;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tidemark.embedded.EmbeddedKafka;
import io.tidemark.embedded.EmbeddedPostgresServer;
import io.tidemark.embedded.EmbeddedPostgresServer.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A real broker and a real database for the tests of one application.
public final class RealServers implements QuarkusTestResourceLifecycleManager {
    private @Nullable EmbeddedKafka kafka;
    private @Nullable EmbeddedPostgresServer database;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("tidemark-orchestrator");
            EmbeddedKafka broker = EmbeddedKafka.start(folder.resolve("kafka"));
            kafka = broker;
            EmbeddedPostgresServer server =
                    EmbeddedPostgresServer.start(folder.resolve("postgres"), Durability.FOR_TESTS);
            database = server;
            return Map.of(
                    "kafka.bootstrap.servers", broker.bootstrapServers(),
                    "quarkus.datasource.jdbc.url", server.jdbcUrl(),
                    "quarkus.datasource.username", server.user());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        if (kafka != null) {
            kafka.close();
        }
        try {
            if (database != null) {
                database.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
