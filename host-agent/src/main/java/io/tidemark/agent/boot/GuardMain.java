package io.tidemark.agent.boot;

import io.tidemark.agent.backup.DomainJob;
import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.agent.guard.Guard;
import io.tidemark.agent.guard.GuardLine;
import io.tidemark.agent.guard.GuardedAgent;
import io.tidemark.agent.guard.GuardedDomain;
import io.tidemark.agent.libvirt.LibvirtHypervisor;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Main of the guard process: libvirt's URI and the agent's process as its arguments, the agent's lines on standard
/// input, what it did on standard error, `ready` on standard output once it listens.
public final class GuardMain {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    /// A call that hangs keeps its thread, for 30 s if libvirt waits for the domain.
    private static final int CALLS_MAX = 16;
    private static final int LINES_WAITING_MAX = 1024;

    private GuardMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException(
                    "guard: expected libvirt's URI and the agent's process, found " + arguments.length + " arguments");
        }
        BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>(LINES_WAITING_MAX);
        GuardedAgent agent = agent(Long.parseLong(arguments[1]));
        Thread.ofPlatform().daemon().name("guard-pipe").start(() -> read(lines));
        try (var hypervisor = new LibvirtHypervisor(arguments[0], CALLS_MAX, CALL_LIMIT)) {
            var guard = new Guard(
                    watch -> new LibvirtDomain(hypervisor, watch),
                    agent,
                    lines,
                    () -> System.nanoTime() / 1_000_000,
                    System.err::println);
            connect(hypervisor);
            System.out.println("ready");
            System.out.flush();
            guard.run();
        }
    }

    /// The handle is taken while the agent waits for `ready`, so that it never means a later process of that
    /// number.
    private static GuardedAgent agent(long process) {
        Optional<ProcessHandle> handle = ProcessHandle.of(process);
        return () -> handle.ifPresent(ProcessHandle::destroyForcibly);
    }

    /// Now, while nothing is frozen. A guard that cannot is a guard all the same: it connects when it has to.
    private static void connect(LibvirtHypervisor hypervisor) {
        try {
            hypervisor.connect();
        } catch (HypervisorException away) {
            System.err.println("guard: not connected yet: " + away.getMessage());
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

    /// A domain over the guard's own connection. What is off or gone already needs nothing more.
    private record LibvirtDomain(LibvirtHypervisor hypervisor, GuardLine.Watch watch) implements GuardedDomain {
        private DomainUuid uuid() {
            return watch.domain();
        }

        /// A guest agent that does not answer, or says no, may do better at the next try.
        @Override
        public void thaw() {
            try {
                hypervisor.thaw(uuid());
            } catch (DomainOff | NoSuchDomain nothingToThaw) {
                System.err.println("guard: not thawed: " + nothingToThaw.getMessage());
            } catch (HypervisorUnavailable away) {
                throw new Unreachable(String.valueOf(away.getMessage()), away);
            }
        }

        @Override
        public boolean abortOurJob() {
            RestorePointId point = watch.point();
            if (point == null) {
                return true; // no job is begun
            }
            try {
                DomainJob found = hypervisor.abortBackup(uuid(), point);
                return found.equals(new DomainJob.OurBackup(point));
            } catch (DomainOff | NoSuchDomain gone) {
                System.err.println("guard: nothing to abort: " + gone.getMessage());
                return true;
            } catch (HypervisorUnavailable away) {
                throw new Unreachable(String.valueOf(away.getMessage()), away);
            }
        }

        @Override
        public void resumeIfPausedForSpace() {
            try {
                if (hypervisor.isPausedByWriteError(uuid())) {
                    hypervisor.resume(uuid());
                }
            } catch (DomainOff | NoSuchDomain gone) {
                System.err.println("guard: nothing to resume: " + gone.getMessage());
            } catch (HypervisorUnavailable away) {
                throw new Unreachable(String.valueOf(away.getMessage()), away);
            }
        }

        @Override
        public boolean resumeIfSuspended() {
            try {
                boolean isSuspended = hypervisor.isPausedByOrder(uuid());
                if (isSuspended) {
                    hypervisor.resume(uuid());
                }
                return isSuspended;
            } catch (DomainOff | NoSuchDomain gone) {
                System.err.println("guard: nothing to resume: " + gone.getMessage());
                return true;
            } catch (HypervisorUnavailable away) {
                throw new Unreachable(String.valueOf(away.getMessage()), away);
            }
        }

        @Override
        public long scratchUsedBytes() {
            return hypervisor.jobStatistics(uuid()).scratchUsedBytes();
        }

        @Override
        public boolean isPausedForSpace() {
            return hypervisor.isPausedByWriteError(uuid());
        }
    }
}
