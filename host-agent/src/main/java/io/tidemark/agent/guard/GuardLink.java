package io.tidemark.agent.guard;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/// The agent's end of the pipe to one guard. Used by one thread; `close` may come from any. The lease is renewed
/// behind it for as long as it is open.
public interface GuardLink extends AutoCloseable {
    /// Says that the guest is about to be frozen and must be thawed within the time.
    ///
    /// @throws GuardUnavailableException if the guard is gone
    void frozen(Duration thawWithin);

    /// Says that the guest, which runs, is about to be paused and must run on within the time. Not to be said of a
    /// guest that somebody else has paused: the guard would let it run.
    ///
    /// @throws GuardUnavailableException if the guard is gone
    void paused(Duration resumeWithin);

    /// Says that the guest runs on.
    ///
    /// @throws GuardUnavailableException if the guard is gone
    void resumed();

    /// Says that our job runs or is about to.
    ///
    /// @param scratchLimitBytes how much the guest may overwrite before the guard gives the job up
    /// @param mayBeFrozen whether a freeze of ours was begun that nobody knows to have ended; if not, a freeze is
    ///     that of somebody else and left alone
    /// @throws GuardUnavailableException if the guard is gone
    void job(long scratchLimitBytes, boolean mayBeFrozen);

    /// Completes when the guard does not guard any more without having been told that all is done: with its words
    /// as soon as it steps in, and exceptionally if its process died.
    CompletionStage<String> steppedIn();

    /// Says that the guest is thawed and the job ended, so that there is nothing to guard. Safe to call twice.
    void done();

    /// Lets go of the guard. Unless it was told that all is done, it undoes now what was begun. Safe to call twice.
    @Override
    void close();
}
