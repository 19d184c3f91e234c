package io.tidemark.agent.command;

import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.event.AgentEvent.Heartbeat;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Says that the agent has started until it is granted a session, and from then on that it lives. Beats on a thread
/// of its own and asks nothing that can hang.
public final class Heartbeats implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Heartbeats.class);

    private final AgentSession session;
    private final EventOutbox outbox;
    private final AgentStarted started;
    private final Supplier<Heartbeat> now;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /// @param now what is so at this moment; must not block
    public Heartbeats(
            AgentSession session, EventOutbox outbox, AgentStarted started, Supplier<Heartbeat> now, Duration every) {
        this.session = session;
        this.outbox = outbox;
        this.started = started;
        this.now = now;
        this.thread = Thread.ofPlatform().daemon().name("heartbeat").unstarted(() -> beatEvery(every.toMillis()));
    }

    public void start() {
        thread.start();
    }

    /// False once the thread has ended: then nobody hears of this agent any more.
    public boolean isBeating() {
        return thread.isAlive();
    }

    private void beatEvery(long millis) {
        try {
            do {
                beatSafely();
            } while (!closed.await(millis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beatSafely() {
        try {
            beat();
        } catch (RuntimeException skipped) {
            LOG.warn("a heartbeat was skipped", skipped);
        }
    }

    /// A lease that is over is taken for a start that is not answered: the orchestrator may have forgotten us.
    void beat() {
        if (session.ticked() instanceof SessionDecision.Announce) {
            outbox.announce(started);
        }
        outbox.tell(now.get());
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
