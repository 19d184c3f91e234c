/// Questions about epochs in PostgreSQL.
@NullMarked
package io.tidemark.orchestrator.query.db;

import org.jspecify.annotations.NullMarked;
