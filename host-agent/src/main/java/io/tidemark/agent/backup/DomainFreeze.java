package io.tidemark.agent.backup;

/// What came of asking a guest to freeze its file systems.
public sealed interface DomainFreeze {
    /// The guest holds writes on that many file systems until it is thawed.
    record Frozen(int fileSystems) implements DomainFreeze {}

    /// No guest agent is there, or the guest does not run: the backup is crash-consistent.
    record AgentAbsent(String detail) implements DomainFreeze {}

    /// The agent answered but would not, for example because somebody else has frozen the guest already.
    record Refused(String detail) implements DomainFreeze {}

    /// It failed on the way: nobody knows whether the guest is frozen by us now.
    record Uncertain(String detail) implements DomainFreeze {}
}
