package io.tidemark.agent.guard;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One guard process and the pipe to it. What it says on standard error goes to the log.
final class GuardProcess implements GuardLink {
    private static final Logger LOG = Logger.getLogger(GuardProcess.class);
    private static final int READY_WITHIN_SECONDS = 20;
    private static final int RENEWALS_A_LEASE = 3;
    private static final String READY = "ready";

    private final Process process;
    private final Duration lease;
    private final ScheduledExecutorService renewals;
    private final Writer pipe;
    private final Runnable onClose;
    private final CompletableFuture<String> steppedIn = new CompletableFuture<>();
    // not final: they follow the life of the link
    private volatile String lastWords = "nothing said";
    private volatile boolean isDone;
    private volatile @Nullable ScheduledFuture<?> renewal;

    /// @param onClose is run when the link is let go; may be run more than once
    GuardProcess(Process process, Duration lease, ScheduledExecutorService renewals, Runnable onClose) {
        this.process = process;
        this.lease = lease;
        this.renewals = renewals;
        this.onClose = onClose;
        this.pipe = process.outputWriter(StandardCharsets.UTF_8);
        Thread words = Thread.ofVirtual().name("guard-words").start(this::hear);
        var _ = process.onExit().thenAccept(ended -> ended(words, ended.exitValue()));
    }

    private void hear() {
        try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                lastWords = line;
                if (line.startsWith(Guard.STEPS_IN) && !isDone) {
                    steppedIn.complete(line);
                }
                LOG.warnf("guard process %d: %s", process.pid(), line);
            }
        } catch (IOException closed) {
            LOG.debugf("guard process %d: %s", process.pid(), closed.getMessage());
        }
    }

    private void ended(Thread words, int exitValue) {
        stopRenewal();
        try {
            words.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (isDone) {
            return;
        }
        if (exitValue == 0) {
            steppedIn.complete(lastWords);
        } else {
            steppedIn.completeExceptionally(new GuardUnavailableException(
                    "guard process " + process.pid() + ": expected it alive, found it ended with " + exitValue + ": "
                            + lastWords,
                    null));
        }
    }

    /// Waits until the guard listens.
    void awaitReady() throws IOException {
        var answer = new CompletableFuture<String>();
        Thread.ofVirtual().name("guard-ready").start(() -> readAnswer(answer));
        String found = answer.completeOnTimeout("nothing", READY_WITHIN_SECONDS, TimeUnit.SECONDS)
                .join();
        if (!READY.equals(found)) {
            process.destroyForcibly();
            throw new IOException("guard process " + process.pid() + ": expected \"" + READY + "\" within "
                    + READY_WITHIN_SECONDS + " s, found " + found + "; " + lastWords);
        }
    }

    private void readAnswer(CompletableFuture<String> answer) {
        try {
            String line = process.inputReader(StandardCharsets.UTF_8).readLine();
            answer.complete(line == null ? "its end" : line);
        } catch (IOException broken) {
            answer.complete(String.valueOf(broken.getMessage()));
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void watch(DomainUuid domain, @Nullable RestorePointId point) {
        say(new GuardLine.Watch(domain, point, lease.toMillis()));
        long every = lease.toMillis() / RENEWALS_A_LEASE;
        renewal = renewals.scheduleAtFixedRate(this::renew, every, every, TimeUnit.MILLISECONDS);
    }

    private void renew() {
        try {
            say(new GuardLine.Renew(lease.toMillis()));
        } catch (GuardUnavailableException gone) {
            stopRenewal();
        }
    }

    private void stopRenewal() {
        ScheduledFuture<?> running = renewal;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void frozen(Duration thawWithin) {
        say(new GuardLine.Frozen(thawWithin.toMillis()));
    }

    @Override
    public void paused(Duration resumeWithin) {
        say(new GuardLine.Paused(resumeWithin.toMillis()));
    }

    @Override
    public void resumed() {
        say(new GuardLine.Resumed());
    }

    @Override
    public void job(long scratchLimitBytes, boolean mayBeFrozen) {
        say(new GuardLine.Job(scratchLimitBytes, mayBeFrozen));
    }

    @Override
    public CompletionStage<String> steppedIn() {
        return steppedIn.minimalCompletionStage();
    }

    @Override
    public void done() {
        isDone = true;
        stopRenewal();
        try {
            say(new GuardLine.Done());
        } catch (GuardUnavailableException gone) {
            LOG.debugf("%s", gone.getMessage());
        }
    }

    private void say(GuardLine line) {
        synchronized (pipe) {
            try {
                pipe.write(line.text() + "\n");
                pipe.flush();
            } catch (IOException broken) {
                throw new GuardUnavailableException(
                        "guard process " + process.pid() + ": expected it to take \"" + line.text() + "\", found "
                                + broken.getMessage(),
                        broken);
            }
        }
    }

    @Override
    public void close() {
        stopRenewal();
        synchronized (pipe) {
            try {
                pipe.close();
            } catch (IOException gone) {
                LOG.debugf("guard process %d: %s", process.pid(), gone.getMessage());
            }
        }
        onClose.run();
    }
}
