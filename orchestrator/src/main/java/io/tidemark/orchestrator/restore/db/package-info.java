/// Restores in PostgreSQL.
@NullMarked
package io.tidemark.orchestrator.restore.db;

import org.jspecify.annotations.NullMarked;
