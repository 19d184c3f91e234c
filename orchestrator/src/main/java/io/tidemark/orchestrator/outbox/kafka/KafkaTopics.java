package io.tidemark.orchestrator.outbox.kafka;

import io.tidemark.orchestrator.outbox.BrokerSettings;
import io.tidemark.orchestrator.outbox.TopicRegistry;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/// Every topic has one partition: what has one key keeps its order, and a table is read back by one consumer.
@ApplicationScoped
final class KafkaTopics implements TopicRegistry {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final BrokerSettings settings;

    KafkaTopics(BrokerSettings settings) {
        this.settings = settings;
    }

    @Override
    public void makePublic() {
        make(Stream.concat(
                        Stream.of(Topics.EVENTS, Topics.AUDIT, Topics.DEAD_LETTERS)
                                .map(this::byTime),
                        Stream.of(Topics.EPOCHS, Topics.RESTORE_POINTS, Topics.INVENTORY)
                                .map(this::table))
                .toList());
    }

    @Override
    public void makeForHost(HostId host) {
        make(List.of(byTime(Topics.hostCommands(host)), byTime(Topics.hostEvents(host))));
    }

    @Override
    public void makeForRepository(RepositoryId repository) {
        make(List.of(byTime(Topics.maintenanceCommands(repository)), byTime(Topics.maintenanceEvents(repository))));
    }

    @Override
    public void makeForClient(ClientId client) {
        make(List.of(byTime(Topics.clientRequests(client)), byTime(Topics.clientReplies(client))));
    }

    private NewTopic byTime(String name) {
        return topic(name)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(settings.retention().toMillis())));
    }

    private NewTopic table(String name) {
        return topic(name)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.SEGMENT_MS_CONFIG,
                        Long.toString(settings.tableSegment().toMillis()),
                        TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                        Double.toString(settings.tableDirtyRatio())));
    }

    private NewTopic topic(String name) {
        return new NewTopic(name, 1, (short) settings.replicationFactor());
    }

    private void make(List<NewTopic> topics) {
        List<String> names = topics.stream().map(NewTopic::name).toList();
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                settings.bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS / 2,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS))) {
            for (Future<Void> made : admin.createTopics(topics).values().values()) {
                await(made);
            }
        } catch (ExecutionException | KafkaException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            throw new Refusal.Unavailable(
                    "topics " + names,
                    "the broker at " + settings.bootstrapServers() + " to make them",
                    String.valueOf(cause),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("topics " + names + ": interrupted", e);
        }
    }

    private static void await(Future<Void> made) throws ExecutionException, InterruptedException {
        try {
            made.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
