@NullMarked
package io.tidemark.agent.repository.next.pack;

import org.jspecify.annotations.NullMarked;
