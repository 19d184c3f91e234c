/// Clients and their requests in PostgreSQL.
@NullMarked
package io.tidemark.orchestrator.request.db;

import org.jspecify.annotations.NullMarked;
