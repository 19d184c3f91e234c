@NullMarked
package io.tidemark.agent.repository.pack;

import org.jspecify.annotations.NullMarked;
