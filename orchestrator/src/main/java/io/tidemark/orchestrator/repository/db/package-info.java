/// Repositories in PostgreSQL.
@NullMarked
package io.tidemark.orchestrator.repository.db;

import org.jspecify.annotations.NullMarked;
