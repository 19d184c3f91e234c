package io.tidemark.agent.guard;

/// What the guard does to the domain, in the order given.
public enum GuardAction {
    /// Let the guest run on if it stands still by somebody's order, as by the pause of ours, and only then. Comes
    /// before the thaw, for which the guest has to run.
    RESUME_IF_SUSPENDED,
    /// Thaw the guest's file systems.
    THAW,
    /// Abort the backup job of our restore point, also if it is only just beginning; leave any other.
    ABORT_OUR_JOB,
    /// Resume the guest if it is paused for want of space, and only then.
    RESUME_IF_PAUSED_FOR_SPACE
}
