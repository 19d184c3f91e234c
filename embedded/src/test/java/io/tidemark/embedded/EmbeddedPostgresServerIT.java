package io.tidemark.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.embedded.EmbeddedPostgresServer.Durability;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresServerIT {
    @Test
    void rowsAreThereAfterARestartOnTheSameFolder(@TempDir Path folder) throws Exception {
        try (var server = EmbeddedPostgresServer.start(folder, Durability.DURABLE);
                Connection c = connect(server);
                Statement s = c.createStatement()) {
            s.execute("create table kept (n int)");
            s.execute("insert into kept values (42)");
            assertThat(text(s, "show fsync")).isEqualTo("on");
        }
        try (var server = EmbeddedPostgresServer.start(folder, Durability.FOR_TESTS);
                Connection c = connect(server);
                Statement s = c.createStatement()) {
            assertThat(text(s, "select n from kept")).isEqualTo("42");
            assertThat(text(s, "show fsync")).isEqualTo("off");
            assertThat(text(s, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(text(s, "show server_version")).startsWith("18.3");
        }
    }

    private static Connection connect(EmbeddedPostgresServer server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.user(), "");
    }

    private static String text(Statement s, String sql) throws SQLException {
        try (ResultSet r = s.executeQuery(sql)) {
            assertThat(r.next()).isTrue();
            return r.getString(1);
        }
    }
}
