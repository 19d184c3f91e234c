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

    /// Says that nothing is frozen and our job runs or is about to.
    ///
    /// @param scratchLimitBytes how much the guest may overwrite before the guard gives the job up
    /// @throws GuardUnavailableException if the guard is gone
    void job(long scratchLimitBytes);

    /// Completes when the guard's process has ended without having been told that all is done: with its last words
    /// if it stepped in, and exceptionally if it died.
    CompletionStage<String> steppedIn();

    /// Says that the guest is thawed and the job ended, so that there is nothing to guard. Safe to call twice.
    void done();

    /// Lets go of the guard. Unless it was told that all is done, it thaws and aborts now. Safe to call twice.
    @Override
    void close();
}
