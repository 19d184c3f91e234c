package io.tidemark.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.command.Journal;
import io.tidemark.schemas.id.MessageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentHealthTest {
    @TempDir
    Path folder;

    @Test
    void anAgentWhoseJournalFailedIsNotAlive() throws IOException {
        Journal journal = Journal.open(folder);
        HealthCheck check = new AgentHealth().journal(journal);
        assertThat(check.call().getStatus()).isEqualTo(Status.UP);

        Files.createDirectory(folder.resolve("journal"));
        assertThatThrownBy(() -> journal.received(new MessageId(new UUID(1, 1)), new byte[1]))
                .isInstanceOf(UncheckedIOException.class);

        assertThat(check.call().getStatus()).isEqualTo(Status.DOWN);
    }
}
