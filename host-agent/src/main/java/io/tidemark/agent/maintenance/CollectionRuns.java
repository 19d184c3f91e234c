package io.tidemark.agent.maintenance;

import io.tidemark.agent.repository.Repositories;
import io.tidemark.schemas.id.RepositoryId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Collects repositories some time after something was removed from them, so that many removals cost one
/// collection. One at a time, on a thread of its own; one that fails is tried again after the next removal.
public final class CollectionRuns implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CollectionRuns.class);

    private final Repositories repositories;
    private final Duration delay;
    private final Set<RepositoryId> waiting = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("collection").factory());

    /// @param delay from the first removal to the collection
    public CollectionRuns(Repositories repositories, Duration delay) {
        this.repositories = repositories;
        this.delay = delay;
    }

    /// Asks for a collection; one that waits already will do.
    public void soon(RepositoryId repository) {
        if (waiting.add(repository)) {
            var _ = thread.schedule(() -> run(repository), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void run(RepositoryId repository) {
        waiting.remove(repository);
        try {
            long bytes = repositories.of(repository).collect();
            LOG.infof("repository %s collected, %d bytes freed", repository, bytes);
        } catch (RuntimeException failed) {
            LOG.errorf("repository %s not collected: %s", repository, failed.getMessage());
        }
    }

    /// Gives up what waits; a collection under way may end at any step.
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
