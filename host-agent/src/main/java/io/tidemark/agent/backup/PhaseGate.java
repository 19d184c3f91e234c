package io.tidemark.agent.backup;

/// Is told in the midst of each phase of a backup; a test lets the process die there.
@FunctionalInterface
public interface PhaseGate {
    PhaseGate OPEN = _ -> {};

    /// The phases in the order of a backup's life.
    enum Phase {
        /// The guest is frozen, if it can be; the job does not run yet.
        FREEZE,
        /// The job runs; the guest is not thawed yet.
        BEGIN,
        /// The first bytes are read.
        READ,
        /// All bytes are in the write session; it is not sealed yet.
        PACK,
        /// The commit record is durable; the job still runs.
        COMMIT,
        /// The job is ended; the result is not reported yet.
        REPORT
    }

    void reached(Phase phase);
}
