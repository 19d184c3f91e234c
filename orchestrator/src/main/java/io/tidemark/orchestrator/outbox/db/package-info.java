/// The outbox as a table.
@NullMarked
package io.tidemark.orchestrator.outbox.db;

import org.jspecify.annotations.NullMarked;
