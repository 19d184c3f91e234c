/// Questions about a disk's epoch, answered by what its host sees after they were asked.
@NullMarked
package io.tidemark.orchestrator.query;

import org.jspecify.annotations.NullMarked;
