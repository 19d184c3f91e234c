/// One VM in one run: where its task stands and what an event makes of it. It sends nothing and stores nothing.
@NullMarked
package io.tidemark.orchestrator.task;

import org.jspecify.annotations.NullMarked;
