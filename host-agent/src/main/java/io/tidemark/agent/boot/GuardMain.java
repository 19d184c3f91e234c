package io.tidemark.agent.boot;

import io.tidemark.agent.backup.DomainJob;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.guard.Guard;
import io.tidemark.agent.guard.GuardedDomain;
import io.tidemark.agent.libvirt.LibvirtHypervisor;
import io.tidemark.schemas.id.DomainUuid;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Main of the guard process: libvirt's URI as its one argument, the agent's lines on standard input, what it did
/// on standard error, `ready` on standard output once it listens.
public final class GuardMain {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final int CALLS_MAX = 4;
    private static final int LINES_WAITING_MAX = 1024;

    private GuardMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException(
                    "guard: expected libvirt's URI, found " + arguments.length + " arguments");
        }
        BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>(LINES_WAITING_MAX);
        Thread.ofPlatform().daemon().name("guard-pipe").start(() -> read(lines));
        try (var hypervisor = new LibvirtHypervisor(arguments[0], CALLS_MAX, CALL_LIMIT)) {
            var guard = new Guard(
                    uuid -> new LibvirtDomain(hypervisor, uuid),
                    () -> System.nanoTime() / 1_000_000,
                    System.err::println);
            System.out.println("ready");
            System.out.flush();
            guard.run(lines);
        }
    }

    private static void read(BlockingQueue<Optional<String>> lines) {
        try (var pipe = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = pipe.readLine(); line != null; line = pipe.readLine()) {
                lines.put(Optional.of(line));
            }
        } catch (IOException broken) {
            System.err.println("guard: pipe broken: " + broken.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lines.add(Optional.empty());
        }
    }

    /// A domain over the guard's own connection. What is over, off or gone already needs nothing more.
    private record LibvirtDomain(LibvirtHypervisor hypervisor, DomainUuid uuid) implements GuardedDomain {
        @Override
        public void thaw() {
            try {
                hypervisor.thaw(uuid);
            } catch (RequestRefused | DomainOff | NoSuchDomain nothingToThaw) {
                System.err.println("guard: not thawed: " + nothingToThaw.getMessage());
            }
        }

        @Override
        public void abortOurJob() {
            try {
                hypervisor.abortBackup(uuid);
            } catch (DomainOff | NoSuchDomain gone) {
                System.err.println("guard: nothing to abort: " + gone.getMessage());
            } catch (DomainBusy busy) {
                if (hypervisor.runningJob(uuid) instanceof DomainJob.OurBackup) {
                    throw busy;
                }
            }
        }

        @Override
        public void resumeIfPausedForSpace() {
            try {
                if (hypervisor.isPausedByWriteError(uuid)) {
                    hypervisor.resume(uuid);
                }
            } catch (DomainOff | NoSuchDomain gone) {
                System.err.println("guard: nothing to resume: " + gone.getMessage());
            }
        }

        @Override
        public long scratchUsedBytes() {
            return hypervisor.jobStatistics(uuid).scratchUsedBytes();
        }

        @Override
        public boolean isPausedForSpace() {
            return hypervisor.isPausedByWriteError(uuid);
        }
    }
}
