package io.tidemark.agent.guard;

/// The one domain that a guard looks after, over a connection of the guard's own. Each call may fail; the guard
/// then tries again at its next look.
public interface GuardedDomain {
    void thaw();

    /// Ends the backup job that bears our mark; leaves any other.
    void abortOurJob();

    /// Lets the guest run on if a failed write paused it; a guest paused for another reason stays so.
    void resumeIfPausedForSpace();

    /// How many bytes the guest has overwritten since the job began; 0 without a job.
    long scratchUsedBytes();

    boolean isPausedForSpace();
}
