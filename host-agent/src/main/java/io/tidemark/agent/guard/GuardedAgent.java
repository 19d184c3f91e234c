package io.tidemark.agent.guard;

/// The agent's process, as far as the guard may touch it.
public interface GuardedAgent {
    /// Ends the process at once, so that the kernel closes its connections. An agent that is stopped with NBD reads
    /// under way keeps QEMU from ending the job: QEMU waits for its clients (observed with QEMU 7.2).
    void kill();
}
