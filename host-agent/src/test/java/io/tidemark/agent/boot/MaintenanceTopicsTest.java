package io.tidemark.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MaintenanceTopicsTest {
    @Test
    void eachConfiguredRepositoryIsATopic() {
        assertThat(MaintenanceTopics.properties(
                        List.of("tidemark.repositories.\"main\"", "tidemark.repositories.b", "tidemark.host.id")))
                .containsEntry("mp.messaging.incoming.maintenance.enabled", "true")
                .containsEntry(
                        "mp.messaging.incoming.maintenance.topics",
                        "tidemark.maintenance.b.commands,tidemark.maintenance.main.commands");
    }

    @Test
    void withoutARepositoryTheChannelIsOff() {
        assertThat(MaintenanceTopics.properties(List.of("tidemark.host.id")))
                .containsEntry("mp.messaging.incoming.maintenance.enabled", "false");
    }
}
