package io.tidemark.orchestrator.catalog;

/// Lets a crash test end the process right after a commit; does nothing otherwise.
public interface Failpoint {
    /// The caller's transaction lists a restore point.
    void catalogWillCommit();
}
