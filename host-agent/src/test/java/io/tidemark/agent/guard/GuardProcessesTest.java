package io.tidemark.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Over shell scripts in the guard's place.
@Timeout(20)
class GuardProcessesTest {
    private static final DomainUuid DOMAIN = new DomainUuid(new UUID(1, 1));
    private static final RestorePointId POINT = new RestorePointId(new UUID(2, 2));

    @TempDir
    Path folder;

    @Test
    void theNextGuardIsStartedWhenOneIsLetGo() throws Exception {
        Path heard = folder.resolve("heard");
        String script = "exec 3>>" + heard + "; echo start >&3; echo ready; while read line; do echo $line >&3; done";
        try (var guards = guards(script)) {
            guards.prepare();
            GuardLink link = guards.start(DOMAIN, POINT);
            link.job(5, true);
            link.done();
            awaitLines(heard, 4);
            link.close();

            awaitLines(heard, 5);
            assertThat(Files.readAllLines(heard))
                    .containsExactly(
                            "start", "watch " + DOMAIN + " " + POINT + " 60000", "job 5 unthawed", "done", "start");
        }
    }

    @Test
    void aGuardThatStepsInIsHeardBeforeItHasEnded() throws Exception {
        try (var guards = guards("echo ready; read line; echo guard: steps in now >&2; cat > /dev/null")) {
            GuardLink link = guards.start(DOMAIN, POINT);

            assertThat(link.steppedIn().toCompletableFuture().get(10, TimeUnit.SECONDS))
                    .isEqualTo("guard: steps in now");
            link.close();
        }
    }

    private static GuardProcesses guards(String script) {
        return new GuardProcesses(List.of("sh", "-c", script), Duration.ofSeconds(60));
    }

    private static void awaitLines(Path file, int count) throws IOException, InterruptedException {
        var never = new CountDownLatch(1);
        for (int poll = 0; poll < 1000 && lines(file) < count; poll++) {
            never.await(10, TimeUnit.MILLISECONDS);
        }
        assertThat(lines(file)).as("lines within 10 s").isGreaterThanOrEqualTo(count);
    }

    private static int lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }
}
