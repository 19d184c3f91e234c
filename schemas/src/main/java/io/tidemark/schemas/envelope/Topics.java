package io.tidemark.schemas.envelope;

import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import java.util.Optional;
import java.util.function.Function;

/// The names of all topics. Names with an id in them are made and read here only.
public final class Topics {
    public static final String EVENTS = "tidemark.events";
    public static final String EPOCHS = "tidemark.epochs";
    public static final String RESTORE_POINTS = "tidemark.restore-points";
    public static final String INVENTORY = "tidemark.inventory";
    public static final String AUDIT = "tidemark.audit";
    public static final String DEAD_LETTERS = "tidemark.dead-letters";

    /// Patterns by which the orchestrator subscribes; a new host, repository or client is heard without a restart.
    public static final String HOST_EVENTS_PATTERN = "tidemark\\.host\\.[^.]+\\.events";

    public static final String MAINTENANCE_EVENTS_PATTERN = "tidemark\\.maintenance\\.[^.]+\\.events";
    public static final String CLIENT_REQUESTS_PATTERN = "tidemark\\.client\\.[^.]+\\.requests";

    private static final String HOST = "tidemark.host.";
    private static final String MAINTENANCE = "tidemark.maintenance.";
    private static final String CLIENT = "tidemark.client.";

    private Topics() {}

    public static String hostCommands(HostId host) {
        return HOST + host + ".commands";
    }

    public static String hostEvents(HostId host) {
        return HOST + host + ".events";
    }

    public static String maintenanceCommands(RepositoryId repository) {
        return MAINTENANCE + repository + ".commands";
    }

    public static String maintenanceEvents(RepositoryId repository) {
        return MAINTENANCE + repository + ".events";
    }

    public static String clientRequests(ClientId client) {
        return CLIENT + client + ".requests";
    }

    public static String clientReplies(ClientId client) {
        return CLIENT + client + ".replies";
    }

    /// The host that alone may write this topic, or empty for any other topic: who speaks is read from here.
    public static Optional<HostId> hostOfEvents(String topic) {
        return idIn(topic, HOST, ".events", HostId::of);
    }

    public static Optional<HostId> hostOfCommands(String topic) {
        return idIn(topic, HOST, ".commands", HostId::of);
    }

    public static Optional<RepositoryId> repositoryOfEvents(String topic) {
        return idIn(topic, MAINTENANCE, ".events", RepositoryId::new);
    }

    public static Optional<RepositoryId> repositoryOfCommands(String topic) {
        return idIn(topic, MAINTENANCE, ".commands", RepositoryId::new);
    }

    public static Optional<ClientId> clientOfRequests(String topic) {
        return idIn(topic, CLIENT, ".requests", ClientId::new);
    }

    private static <T> Optional<T> idIn(String topic, String prefix, String suffix, Function<String, T> read) {
        boolean isTooShort = topic.length() <= prefix.length() + suffix.length();
        if (isTooShort || !topic.startsWith(prefix) || !topic.endsWith(suffix)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read.apply(topic.substring(prefix.length(), topic.length() - suffix.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
