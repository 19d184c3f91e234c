package io.tidemark.agent.boot;

/// The version that the agent announces.
final class AgentVersion {
    static final String TEXT = "0.1.0";

    private AgentVersion() {}
}
