/// Commands: imperative, sent by the orchestrator.
@NullMarked
package io.tidemark.schemas.command;

import org.jspecify.annotations.NullMarked;
