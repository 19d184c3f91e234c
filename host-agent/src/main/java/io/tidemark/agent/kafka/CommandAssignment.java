package io.tidemark.agent.kafka;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.inject.Singleton;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/// Whether the broker gave us the command topic to read. `isAssigned` is not final because it changes with it.
@Singleton
@Identifier("commands-assignment")
public final class CommandAssignment implements KafkaConsumerRebalanceListener {
    private volatile boolean isAssigned;

    public boolean isAssigned() {
        return isAssigned;
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        isAssigned |= !partitions.isEmpty();
    }

    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        isAssigned &= partitions.isEmpty();
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        isAssigned &= partitions.isEmpty();
    }
}
