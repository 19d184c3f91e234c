/// Trees: where each chunk of a disk is stored, in nodes that points share.
@NullMarked
package io.tidemark.agent.repository.tree;

import org.jspecify.annotations.NullMarked;
