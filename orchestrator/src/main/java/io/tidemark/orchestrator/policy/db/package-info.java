/// Policies in PostgreSQL.
@NullMarked
package io.tidemark.orchestrator.policy.db;

import org.jspecify.annotations.NullMarked;
