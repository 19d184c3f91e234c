/// Snapshots in PostgreSQL.
@NullMarked
package io.tidemark.orchestrator.snapshot.db;

import org.jspecify.annotations.NullMarked;
