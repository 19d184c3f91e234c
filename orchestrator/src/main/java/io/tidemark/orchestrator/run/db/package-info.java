/// Runs as a table.
@NullMarked
package io.tidemark.orchestrator.run.db;

import org.jspecify.annotations.NullMarked;
