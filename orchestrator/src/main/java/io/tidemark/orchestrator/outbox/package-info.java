/// Messages stored with the change that they announce, and sent after its commit.
@NullMarked
package io.tidemark.orchestrator.outbox;

import org.jspecify.annotations.NullMarked;
