package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.Place;

/// What a node says of one of its children, a node or a chunk that is not all zero.
///
/// @param place a hint: what is found there is checked by the id
public record Child(Digest id, Place place) {}
