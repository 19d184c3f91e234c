/// The relay without a broker and a database.
@NullMarked
package io.tidemark.orchestrator.outbox;

import org.jspecify.annotations.NullMarked;
