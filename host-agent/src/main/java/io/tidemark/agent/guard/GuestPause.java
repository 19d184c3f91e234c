package io.tidemark.agent.guard;

/// What the guard has found out about pauses of the guest by a write that failed.
public enum GuestPause {
    /// Nobody has looked yet.
    UNKNOWN,
    /// It was paused before our job can have been the cause, and has not been seen running since.
    NOT_OURS,
    /// It was seen running: a pause after that is our job's.
    NONE;

    /// What is known after one more look.
    GuestPause after(long scratchUsedBytes, boolean isPausedForSpace) {
        if (!isPausedForSpace) {
            return NONE;
        }
        return this == UNKNOWN && scratchUsedBytes == 0 ? NOT_OURS : this;
    }
}
