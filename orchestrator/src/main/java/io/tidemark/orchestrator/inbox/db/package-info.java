/// Ids of handled messages, as a table.
@NullMarked
package io.tidemark.orchestrator.inbox.db;

import org.jspecify.annotations.NullMarked;
