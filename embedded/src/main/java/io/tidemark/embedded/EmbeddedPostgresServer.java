package io.tidemark.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// PostgreSQL as a child process from binaries that a registry package brings; it also runs when the user is root.
/// It listens on 127.0.0.1 only and trusts every user there, so it is for one person's machine. The data live in
/// the folder and survive; the port differs from start to start.
public final class EmbeddedPostgresServer implements AutoCloseable {
    /// What a crash of the machine may cost: nothing, or (for tests, which are faster so) the whole database. A
    /// server for tests also ends with this JVM; a durable one by its owner only, in the owner's order.
    public enum Durability {
        /// Every commit reaches the disk before it is answered.
        DURABLE("on"),
        /// Nothing is ever synced.
        FOR_TESTS("off");

        private final String fsync;

        Durability(String fsync) {
            this.fsync = fsync;
        }
    }

    private final EmbeddedPostgres server;

    private EmbeddedPostgresServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /// Starts on the folder, which is initialised if it is new, and returns when connections are taken.
    public static EmbeddedPostgresServer start(Path folder, Durability durability) throws IOException {
        return start(folder, durability, FreePort.two()[0]);
    }

    /// The same for clients that know the port already, from an earlier start.
    public static EmbeddedPostgresServer start(Path folder, Durability durability, int port) throws IOException {
        Path home = Files.createDirectories(folder).toAbsolutePath();
        try {
            return new EmbeddedPostgresServer(server(home, durability, port));
        } catch (IllegalStateException failed) { // what the library throws where one of PostgreSQL's programs fails
            throw new IOException(
                    "PostgreSQL in " + home + ": expected it to start, found " + failed.getMessage(), failed);
        }
    }

    private static EmbeddedPostgres server(Path home, Durability durability, int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(home.resolve("data"))
                .setOverrideWorkingDirectory(home.resolve("bin").toFile())
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(durability == Durability.FOR_TESTS)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("fsync", durability.fsync)
                .setServerConfig("synchronous_commit", durability.fsync)
                .setServerConfig("max_connections", "60")
                .setServerConfig("shared_buffers", "64MB")
                .start();
    }

    /// The address for JDBC; the user is [#user], without a password.
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
    }

    /// The name of the only user.
    public String user() {
        return "postgres";
    }

    /// Stops the server in its orderly way; the data stay.
    @Override
    public void close() throws IOException {
        server.close();
    }
}
