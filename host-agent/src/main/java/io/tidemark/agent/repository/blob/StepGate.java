package io.tidemark.agent.repository.blob;

/// Is asked before each step that changes a file or folder; a test lets it end the work there.
@FunctionalInterface
public interface StepGate {
    StepGate OPEN = _ -> {};

    void before(String step);
}
