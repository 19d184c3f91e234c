package io.tidemark.agent.repository.model;

import java.util.List;

/// Somebody who works on the repository: where it stands, and what it has seen. Between any two of its steps others
/// may take any number of theirs; one that is never chosen again has died or is frozen.
interface Actor {
    /// Every world that its next step can lead to: none when it has ended, several where the world may answer in
    /// several ways. One step is one operation on storage.
    List<World> step(World world, int me, Flaws flaws);
}
