package io.tidemark.agent.guard;

/// What the guard does to the domain, in the order given.
public enum GuardAction {
    /// Thaw the guest's file systems.
    THAW,
    /// Abort the backup job of our restore point, also if it is only just beginning; leave any other.
    ABORT_OUR_JOB,
    /// Resume the guest if it is paused for want of space, and only then.
    RESUME_IF_PAUSED_FOR_SPACE
}
