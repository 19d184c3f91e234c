/// Exports and their pages in PostgreSQL.
@NullMarked
package io.tidemark.orchestrator.export.db;

import org.jspecify.annotations.NullMarked;
