package io.tidemark.agent.repository;

import org.jspecify.annotations.Nullable;

/// The root of a disk's tree. Its id is a digest over the disk's logical content and length alone, so it is the
/// same in every copy of a point, wherever the copy's packs lie.
///
/// @param place where the root's node is stored; null if every chunk is zero, as zero is stored nowhere
public record DiskRoot(Digest id, @Nullable Place place) {}
