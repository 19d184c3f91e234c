package io.tidemark.embedded.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CleanupTest {
    private final List<String> stopped = new ArrayList<>();
    private final Cleanup cleanup = new Cleanup();

    @Test
    void theLastPartIsStoppedFirstAndEachOnce() throws IOException {
        cleanup.add(() -> stopped.add("first"));
        cleanup.add(() -> stopped.add("second"));

        cleanup.close();
        cleanup.close();

        assertThat(stopped).containsExactly("second", "first");
    }

    @Test
    void aPartThatCannotBeStoppedIsNamedAndHoldsUpNoOther() throws IOException {
        cleanup.add(() -> stopped.add("first"));
        cleanup.add(() -> {
            throw new IOException("stuck");
        });

        assertThatThrownBy(cleanup::close).isInstanceOf(IOException.class).hasMessageContaining("stuck");

        assertThat(stopped).containsExactly("first");
    }

    @Test
    void aPartThatComesTooLateIsStoppedAtOnce() throws IOException {
        cleanup.close();

        assertThatThrownBy(() -> cleanup.add(() -> stopped.add("late")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("being stopped");

        assertThat(stopped).containsExactly("late");
    }

    @Test
    void closingWaitsForAPartThatIsBeingStarted() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Thread starter = Thread.ofVirtual().start(() -> {
            try {
                cleanup.<AutoCloseable>start(() -> {
                    starting.countDown();
                    mayGoOn.await();
                    return () -> stopped.add("slow");
                });
            } catch (IOException | InterruptedException e) {
                stopped.add(String.valueOf(e.getMessage()));
            }
        });
        starting.await();
        Thread closer = Thread.ofVirtual().start(() -> {
            try {
                cleanup.close();
            } catch (IOException e) {
                stopped.add(String.valueOf(e.getMessage()));
            }
        });

        assertThat(closer.join(Duration.ofMillis(50))).isFalse();
        mayGoOn.countDown();
        starter.join();
        closer.join();

        assertThat(stopped).containsExactly("slow");
    }

    @Test
    void nothingIsStartedOnceClosingHasBegun() throws IOException {
        cleanup.close();

        assertThatThrownBy(() -> cleanup.start(() -> {
                    stopped.add("started");
                    return () -> stopped.add("stopped");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("being stopped");

        assertThat(stopped).isEmpty();
    }
}
