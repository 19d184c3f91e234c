package io.tidemark.orchestrator.boot;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import org.flywaydb.core.Flyway;

/// Real servers whose database an orchestrator of migration V5 has filled, which asked for nothing but fulls and
/// increments of one line of backups.
public final class FilledCatalog implements QuarkusTestResourceLifecycleManager {
    private static final String RELEASE = "5";
    private static final String ROWS = "/upgrade/catalog-of-v5.sql";

    private final RealServers servers = new RealServers();

    /// After those of all tests, whose settings these replace.
    @Override
    public int order() {
        return 1;
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> settings = servers.start();
        String url = Objects.requireNonNull(settings.get("quarkus.datasource.jdbc.url"));
        String user = Objects.requireNonNull(settings.get("quarkus.datasource.username"));
        Flyway.configure().dataSource(url, user, "").target(RELEASE).load().migrate();
        try (InputStream rows = Objects.requireNonNull(FilledCatalog.class.getResourceAsStream(ROWS), ROWS);
                Connection connection = DriverManager.getConnection(url, user, "");
                Statement statement = connection.createStatement()) {
            statement.execute(new String(rows.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException("rows of " + ROWS + ": expected to write them", e);
        }
        return settings;
    }

    @Override
    public void stop() {
        servers.stop();
    }
}
