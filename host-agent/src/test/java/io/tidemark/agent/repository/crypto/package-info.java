@NullMarked
package io.tidemark.agent.repository.crypto;

import org.jspecify.annotations.NullMarked;
