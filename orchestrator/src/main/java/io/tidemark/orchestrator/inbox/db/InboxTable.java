package io.tidemark.orchestrator.inbox.db;

import io.tidemark.orchestrator.inbox.HandledMessages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/// The inbox as a table, keyed by topic too: one host cannot use up another's message ids.
@ApplicationScoped
final class InboxTable implements HandledMessages {
    private final EntityManager entities;
    private final Clock clock;

    InboxTable(EntityManager entities, Clock clock) {
        this.entities = entities;
        this.clock = clock;
    }

    @Override
    public boolean isFirst(String topic, UUID message) {
        return entities.createNativeQuery("""
                        insert into inbox (topic, message_id, handled_at) values (:topic, :message, :now)
                        on conflict do nothing""")
                        .setParameter("topic", topic)
                        .setParameter("message", message)
                        .setParameter("now", clock.instant())
                        .executeUpdate()
                == 1;
    }

    @Override
    public int forgetBefore(Instant moment) {
        return entities.createNativeQuery("delete from inbox where handled_at < :moment")
                .setParameter("moment", moment)
                .executeUpdate();
    }
}
