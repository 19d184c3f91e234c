package io.tidemark.agent.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.Repositories;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.RepositoryException.NoSuchRepository;
import io.tidemark.schemas.id.RepositoryId;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CollectionRunsTest {
    private static final RepositoryId MAIN = new RepositoryId("main");
    private static final RepositoryId LOST = new RepositoryId("lost");

    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    private final Repositories repositories = id -> {
        if (id.equals(LOST)) {
            calls.add("lost");
            throw new NoSuchRepository("repository lost");
        }
        return (Repository) Proxy.newProxyInstance(
                Repository.class.getClassLoader(), new Class<?>[] {Repository.class}, (_, method, _) -> {
                    calls.add(method.getName());
                    return 5L;
                });
    };

    private String next() throws InterruptedException {
        return String.valueOf(calls.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void manyRemovalsCostOneCollectionAndALaterOneAnother() throws InterruptedException {
        try (CollectionRuns runs = new CollectionRuns(repositories, Duration.ofMillis(200))) {
            for (int removal = 0; removal < 50; removal++) {
                runs.soon(MAIN);
            }
            assertThat(next()).isEqualTo("collect");
            runs.soon(MAIN);
            assertThat(next()).isEqualTo("collect");
            assertThat(calls).isEmpty();
        }
    }

    @Test
    void oneThatFailsKeepsNoOtherFromRunning() throws InterruptedException {
        try (CollectionRuns runs = new CollectionRuns(repositories, Duration.ZERO)) {
            runs.soon(LOST);
            assertThat(next()).isEqualTo("lost");
            runs.soon(MAIN);
            assertThat(next()).isEqualTo("collect");
        }
    }
}
