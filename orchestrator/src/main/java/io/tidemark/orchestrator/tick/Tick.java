package io.tidemark.orchestrator.tick;

import java.time.Duration;

/// Work that is done again and again. Every bean of this type is found and run by one scheduler, one at a time; a
/// failure is logged and the next turn comes all the same.
public interface Tick {
    /// What logs call it.
    String name();

    /// The pause between the end of one turn and the start of the next.
    Duration every();

    /// Whether it also runs soon after each commit that has something to say, without waiting for its turn.
    default boolean followsCommits() {
        return false;
    }

    void run();
}
