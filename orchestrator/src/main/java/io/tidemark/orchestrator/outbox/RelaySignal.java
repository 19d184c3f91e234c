package io.tidemark.orchestrator.outbox;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes the relay after a commit, so that neither a message nor what follows commits waits for the next turn.
public final class RelaySignal {
    private final Semaphore wakes = new Semaphore(0);
    private volatile boolean held;

    public void wake() {
        wakes.release();
    }

    /// Waits for a wake-up, at most this long; false if none came.
    public boolean await(Duration limit) throws InterruptedException {
        boolean isWoken = wakes.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (isWoken) {
            wakes.drainPermits();
        }
        return isWoken;
    }

    /// Nothing is sent from now on, not even what was already read: the process is about to be ended.
    public void holdForEver() {
        held = true;
    }

    public boolean isHeld() {
        return held;
    }
}
