/// Tasks and their attempts as tables.
@NullMarked
package io.tidemark.orchestrator.task.db;

import org.jspecify.annotations.NullMarked;
