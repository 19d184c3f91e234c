package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;

/// A pack that is on stable storage under its name.
///
/// @param directory what {@link PackDirectory#digest} says of it
public record WrittenPack(PackId pack, long sizeBytes, Digest directory) {}
