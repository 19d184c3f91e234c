package io.tidemark.agent.guard;

/// The one domain that a guard looks after, over a connection of the guard's own. Each call may fail; the guard
/// then tries again at its next look.
public interface GuardedDomain {
    void thaw();

    /// Ends the backup job of our restore point; leaves any other.
    ///
    /// @return whether that is settled: the job has ended, or its domain has. False if no job of our point is
    ///     there, which may still come
    boolean abortOurJob();

    /// Lets the guest run on if a failed write paused it; a guest paused for another reason stays so.
    void resumeIfPausedForSpace();

    /// Lets the guest run on if it is paused by order, as by ours; a guest paused by an error of its own stays so.
    ///
    /// @return whether it was. False if the pause is not there, which may still come
    boolean resumeIfSuspended();

    /// How many bytes the guest has overwritten since the job began; 0 without a job.
    long scratchUsedBytes();

    boolean isPausedForSpace();

    /// The hypervisor is away, or did not answer in time: worth many more tries.
    final class Unreachable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Unreachable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
