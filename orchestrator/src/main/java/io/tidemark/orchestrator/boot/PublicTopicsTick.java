package io.tidemark.orchestrator.boot;

import io.tidemark.orchestrator.outbox.TopicRegistry;
import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Makes the public topics once the broker is there; a start without a broker is no failed start.
/// The flag is the one field that changes, on the ticks' thread.
@ApplicationScoped
final class PublicTopicsTick implements Tick {
    private final TopicRegistry topics;
    private boolean made;

    PublicTopicsTick(TopicRegistry topics) {
        this.topics = topics;
    }

    @Override
    public String name() {
        return "public-topics";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(2);
    }

    @Override
    public void run() {
        if (!made) {
            topics.makePublic();
            made = true;
        }
    }
}
