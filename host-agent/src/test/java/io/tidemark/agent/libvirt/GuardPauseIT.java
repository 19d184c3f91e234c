package io.tidemark.agent.libvirt;

import static io.tidemark.agent.libvirt.SnapshotDomain.UUID_OF_IT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.agent.guard.GuardLink;
import io.tidemark.agent.guard.GuardProcesses;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.vocabulary.VmState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A guard in a process of its own ends a pause of ours in a real libvirt.
@Timeout(120)
class GuardPauseIT {
    private SnapshotDomain lab;
    private GuardProcesses guards;

    @BeforeEach
    void start() throws Exception {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        lab = new SnapshotDomain();
        lab.start();
        lab.handle.resume();
        guards = new GuardProcesses(
                List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.tidemark.agent.boot.GuardMain",
                        lab.daemon.uri(),
                        Long.toString(ProcessHandle.current().pid())),
                Duration.ofSeconds(60));
    }

    @AfterEach
    void stop() throws Exception {
        if (guards != null) {
            guards.close();
        }
        if (lab != null) {
            lab.remove();
            lab.close();
        }
    }

    /// As the kernel does for an agent that dies.
    @Test
    void aClosedPipeLetsThePausedGuestRunOn() throws Exception {
        GuardLink guard = guards.start(UUID_OF_IT);
        guard.paused(Duration.ofMinutes(5));
        lab.snapshots.pause(UUID_OF_IT);
        assertThat(lab.hypervisor.domain(UUID_OF_IT).state()).isEqualTo(VmState.PAUSED);

        guard.close();

        assertThat(runsWithin(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void anAgentThatIsTooSlowIsStoppedByTheDeadline() throws Exception {
        GuardLink guard = guards.start(UUID_OF_IT);
        guard.paused(Duration.ofSeconds(1));
        lab.snapshots.pause(UUID_OF_IT);

        assertThat(runsWithin(Duration.ofSeconds(11))).isTrue();
        assertThat(guard.steppedIn().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .contains("steps in");
        guard.close();
    }

    @Test
    void aGuestThatStandsAsLibvirtdDiesRunsOnToo() throws Exception {
        GuardLink guard = guards.start(UUID_OF_IT);
        guard.paused(Duration.ofMinutes(5));
        lab.snapshots.pause(UUID_OF_IT);
        lab.killLibvirtd();
        assertThat(lab.hypervisor.domain(UUID_OF_IT).state()).isEqualTo(VmState.PAUSED);

        guard.close();

        assertThat(runsWithin(Duration.ofSeconds(15))).isTrue();
    }

    private boolean runsWithin(Duration limit) throws InterruptedException {
        var never = new CountDownLatch(1);
        long end = System.nanoTime() + limit.toNanos();
        boolean runs = false;
        while (!runs && System.nanoTime() < end) {
            never.await(50, TimeUnit.MILLISECONDS);
            runs = lab.hypervisor.domain(UUID_OF_IT).state() == VmState.RUNNING;
        }
        return runs;
    }
}
