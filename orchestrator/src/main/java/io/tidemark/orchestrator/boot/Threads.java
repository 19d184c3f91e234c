package io.tidemark.orchestrator.boot;

import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.PendingMessages;
import io.tidemark.orchestrator.outbox.Relay;
import io.tidemark.orchestrator.outbox.RelaySignal;
import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/// The orchestrator's own threads: one for all ticks, one for the relay. Both end within seconds.
@ApplicationScoped
final class Threads {
    private static final Logger LOG = Logger.getLogger(Threads.class);
    private static final long STOP_LIMIT_SECONDS = 3;

    private final List<Tick> ticks;
    private final Relay relay;
    private final RelaySignal signal;
    private final PendingMessages pending;
    private final Incarnation incarnation;
    private final OrchestratorConfig config;
    private final ScheduledExecutorService ticker =
            Executors.newSingleThreadScheduledExecutor(work -> daemon("ticks", work));
    private final List<Future<?>> turns = new ArrayList<>();
    private final AtomicBoolean followsSoon = new AtomicBoolean();
    private final Thread relayThread;
    private volatile boolean stopping;
    /// Of the ticks' thread: no tick runs before the start is in the catalog.
    private boolean isStarted;

    Threads(
            @All List<Tick> ticks,
            Relay relay,
            RelaySignal signal,
            PendingMessages pending,
            Incarnation incarnation,
            OrchestratorConfig config) {
        this.ticks = List.copyOf(ticks);
        this.relay = relay;
        this.signal = signal;
        this.pending = pending;
        this.incarnation = incarnation;
        this.config = config;
        this.relayThread = daemon("outbox-relay", this::relay);
    }

    void start(@Observes StartupEvent event) {
        relayThread.start();
        for (Tick tick : ticks) {
            long pauseMillis = Math.max(1, tick.every().toMillis());
            turns.add(ticker.scheduleWithFixedDelay(() -> turn(tick), 0, pauseMillis, TimeUnit.MILLISECONDS));
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        signal.wake();
        turns.forEach(turn -> turn.cancel(false));
        ticker.shutdownNow();
        try {
            relayThread.join(TimeUnit.SECONDS.toMillis(STOP_LIMIT_SECONDS));
            boolean ended = ticker.awaitTermination(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!ended || relayThread.isAlive()) {
                LOG.warnf("threads: expected to end within %d s, are left behind", STOP_LIMIT_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn(Tick tick) {
        try {
            if (!isStarted) {
                incarnation.started();
                isStarted = true;
            }
            tick.run();
        } catch (RuntimeException | Error e) {
            LOG.warnf(e, "tick %s failed and comes again", tick.name());
        }
    }

    /// One turn waits at most: what is committed meanwhile is seen by it.
    private void followCommit() {
        if (followsSoon.compareAndSet(false, true)) {
            try {
                ticker.execute(() -> {
                    followsSoon.set(false);
                    ticks.stream().filter(Tick::followsCommits).forEach(this::turn);
                });
            } catch (RejectedExecutionException e) {
                LOG.debug("stopping: nothing follows", e);
            }
        }
    }

    private void relay() {
        try {
            while (!stopping) {
                if (signal.await(config.outbox().poll())) {
                    followCommit();
                }
                while (!stopping && relay.turn()) {
                    Thread.onSpinWait();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pending.release();
        }
    }

    private static Thread daemon(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).unstarted(work);
    }
}
