@NullMarked
package io.tidemark.agent.repository.next.tree;

import org.jspecify.annotations.NullMarked;
