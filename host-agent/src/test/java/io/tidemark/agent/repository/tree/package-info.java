@NullMarked
package io.tidemark.agent.repository.tree;

import org.jspecify.annotations.NullMarked;
