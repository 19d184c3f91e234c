package io.tidemark.agent.command;

import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.AgentStarted;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Sends events, none but the start before the session is granted. What counts goes through the journal, one after
/// another, and is sent until the broker has it; of what is only news the newest is sent, and none while an older
/// one is under way. Safe for many threads. `isOpen` is not final because the grant opens it.
public final class EventOutbox implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EventOutbox.class);
    private static final int TRY_AGAIN_MILLIS = 1000;
    private static final int FLUSH_POLL_MILLIS = 20;

    private final Journal journal;
    private final AgentSession session;
    private final EventSink sink;
    private final EventOrigin origin;
    private final MessageCodec codec = new MessageCodec();
    private final BlockingQueue<OutgoingEvent> queue = new LinkedBlockingQueue<>(); // bounded by the journal's disk
    private final Set<MessageId> queued = new HashSet<>();
    private final Map<String, OutgoingEvent> news = new HashMap<>();
    private final Set<String> newsUnderWay = new HashSet<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean isOpen;

    /// Takes over the events that an earlier life of the agent could not send.
    public EventOutbox(Journal journal, AgentSession session, EventSink sink, EventOrigin origin) {
        this.journal = journal;
        this.session = session;
        this.sink = sink;
        this.origin = origin;
        journal.unacknowledged().forEach(event -> enqueue(OutgoingEvent.of(event.body())));
    }

    HostId host() {
        return origin.host();
    }

    /// Says that this process has started; may be said again until it is granted a session.
    public void announce(AgentStarted started) {
        sendNews("started", encoded(started, Provenance.of(host())));
    }

    /// Lets everything out; a second call changes nothing.
    public synchronized void open() {
        if (!isOpen) {
            isOpen = true;
            Thread.ofPlatform().daemon().name("event-outbox").start(this::send);
        }
    }

    /// Keeps an event of the host itself until the broker has it.
    public void publish(AgentEvent event) {
        publish(event, Provenance.of(host()));
    }

    /// The same, with an id that the sender chose so that a second one is known for the same.
    void publish(MessageId id, AgentEvent event) {
        publish(encoded(id, event, Provenance.of(host())));
    }

    OutgoingEvent publish(AgentEvent event, Provenance provenance) {
        OutgoingEvent outgoing = encoded(event, provenance);
        publish(outgoing);
        return outgoing;
    }

    /// Sends an event that bears its id already, unless it is still on its way.
    synchronized void publish(OutgoingEvent event) {
        if (!queued.contains(event.id())) {
            journal.written(event.id(), event.journaled());
            enqueue(event);
        }
    }

    /// Tells news of the host itself.
    public void tell(AgentEvent event) {
        tell(event.getClass().getSimpleName(), event, Provenance.of(host()));
    }

    /// @param kind of two events of one kind the newer one counts
    void tell(String kind, AgentEvent event, Provenance provenance) {
        if (isOpen()) {
            sendNews(kind, encoded(event, provenance));
        }
    }

    /// Waits until the broker has all that counts. False if that takes longer than the limit.
    public boolean flush(long limitMillis) throws InterruptedException {
        for (long left = limitMillis; hasQueued() && left > 0; left -= FLUSH_POLL_MILLIS) {
            closed.await(FLUSH_POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
        return !hasQueued();
    }

    /// Sends no more; what the broker does not have stays in the journal.
    @Override
    public void close() {
        closed.countDown();
    }

    private synchronized boolean isOpen() {
        return isOpen;
    }

    private synchronized boolean hasQueued() {
        return !queued.isEmpty();
    }

    private synchronized void enqueue(OutgoingEvent event) {
        queued.add(event.id());
        queue.add(event);
    }

    private OutgoingEvent encoded(AgentEvent event, Provenance provenance) {
        return encoded(origin.ids().get(), event, provenance);
    }

    private OutgoingEvent encoded(MessageId id, AgentEvent event, Provenance provenance) {
        return new OutgoingEvent(
                id,
                provenance.key(),
                codec.encode(new Envelope<>(
                        id,
                        event,
                        origin.source(),
                        provenance.subject(),
                        origin.clock().instant(),
                        provenance.correlation(),
                        provenance.causation(),
                        session.id(),
                        provenance.attempt())));
    }

    private void sendNews(String kind, OutgoingEvent event) {
        synchronized (news) {
            if (!newsUnderWay.add(kind)) {
                news.put(kind, event);
                return;
            }
        }
        var _ = sink.send(event).whenComplete((_, _) -> newsSent(kind));
    }

    private void newsSent(String kind) {
        OutgoingEvent newer;
        synchronized (news) {
            newsUnderWay.remove(kind);
            newer = news.remove(kind);
        }
        if (newer != null && closed.getCount() > 0) {
            sendNews(kind, newer);
        }
    }

    private void send() {
        try {
            while (closed.getCount() > 0) {
                OutgoingEvent next = queue.poll(TRY_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null && sentAtLast(next)) {
                    journal.acknowledged(next.id());
                    acknowledged(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            LOG.error("events are no longer sent: the journal must be looked at", broken);
        }
    }

    private synchronized void acknowledged(OutgoingEvent event) {
        queued.remove(event.id());
    }

    private boolean sentAtLast(OutgoingEvent event) throws InterruptedException {
        while (closed.getCount() > 0) {
            try {
                sink.send(event.inSession(session.id())).toCompletableFuture().get();
                return true;
            } catch (ExecutionException e) {
                LOG.warnf("event %s waits: the broker did not take it: %s", event.id(), e.getCause());
                closed.await(TRY_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        return false;
    }
}
