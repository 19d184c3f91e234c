package io.tidemark.agent.guard;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/// Guards as processes of the host. One is kept started and idle, because the start of a Java process would
/// otherwise be most of the time that an increment without changes takes. The next one is started when a link is
/// let go, as its start would slow down a freeze that begins now. Safe for use by many threads.
public final class GuardProcesses implements Guards, AutoCloseable {
    private final List<String> command;
    private final Duration lease;
    private final ExecutorService starts = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService renewals = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("guard-renewals").factory());
    /// Not final: the idle one is taken and replaced.
    private @Nullable CompletableFuture<GuardProcess> spare;
    private boolean isClosed;

    /// @param command starts a guard, which answers `ready` on its standard output; begin it with `setsid`, else
    ///     the interrupt of a terminal ends guard and agent at once
    /// @param lease how long a guard waits for an agent that hangs; renewed three times as often
    public GuardProcesses(List<String> command, Duration lease) {
        this.command = List.copyOf(command);
        this.lease = lease;
    }

    /// Starts the idle guard in the background, if there is none.
    public synchronized void prepare() {
        if (spare == null && !isClosed) {
            spare = CompletableFuture.supplyAsync(this::started, starts);
        }
    }

    /// The idle guard, or if that one has died a new one.
    @Override
    public GuardLink start(DomainUuid domain, @Nullable RestorePointId point) {
        GuardProcess guard;
        try {
            guard = taken().join();
        } catch (CompletionException failed) {
            guard = null;
        }
        if (guard == null || !guard.isAlive()) {
            guard = started();
        }
        guard.watch(domain, point);
        return guard;
    }

    private synchronized CompletableFuture<GuardProcess> taken() {
        prepare();
        CompletableFuture<GuardProcess> taken = spare;
        spare = null;
        if (taken == null) {
            throw new GuardUnavailableException("guard: expected its starter open, found it closed", null);
        }
        return taken;
    }

    private GuardProcess started() {
        try {
            Process process = new ProcessBuilder(command).start();
            var guard = new GuardProcess(process, lease, renewals, this::prepare);
            guard.awaitReady();
            return guard;
        } catch (IOException | UncheckedIOException failed) {
            throw new GuardUnavailableException(
                    "guard: cannot start " + command.getFirst() + ": " + failed.getMessage(), failed);
        }
    }

    /// Ends the idle guard. Those in use live on until their links are closed, but are no longer renewed.
    @Override
    public void close() {
        CompletableFuture<GuardProcess> idle;
        synchronized (this) {
            isClosed = true;
            idle = spare;
            spare = null;
        }
        if (idle != null) {
            var _ = idle.whenComplete((guard, _) -> {
                if (guard != null) {
                    guard.close();
                }
            });
        }
        starts.shutdown();
        renewals.shutdown();
    }
}
