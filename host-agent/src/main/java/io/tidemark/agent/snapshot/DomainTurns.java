package io.tidemark.agent.snapshot;

import io.tidemark.schemas.id.DomainUuid;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Has one thing at a time be done with the snapshots of a domain, or with those of all volumes that no VM has,
/// by commands and by the sweep between them.
final class DomainTurns {
    private static final String VOLUMES = "volumes";

    private final Map<String, ReentrantLock> turns = new ConcurrentHashMap<>();

    /// Waits for its turn.
    <T> T inTurn(@Nullable DomainUuid domain, Supplier<T> act) {
        ReentrantLock turn = turn(domain);
        turn.lock();
        try {
            return act.get();
        } finally {
            turn.unlock();
        }
    }

    /// Does nothing if it would have to wait.
    void ifFree(@Nullable DomainUuid domain, Runnable act) {
        ReentrantLock turn = turn(domain);
        if (turn.tryLock()) {
            try {
                act.run();
            } finally {
                turn.unlock();
            }
        }
    }

    private ReentrantLock turn(@Nullable DomainUuid domain) {
        return turns.computeIfAbsent(domain == null ? VOLUMES : domain.toString(), _ -> new ReentrantLock());
    }
}
