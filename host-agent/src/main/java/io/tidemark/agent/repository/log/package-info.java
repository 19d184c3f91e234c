/// The log of one VM: small records with consecutive numbers, which decide what exists.
@NullMarked
package io.tidemark.agent.repository.log;

import org.jspecify.annotations.NullMarked;
