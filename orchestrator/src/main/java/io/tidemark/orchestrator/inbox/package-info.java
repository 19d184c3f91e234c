/// Messages heard: each is handled in one transaction with its effect, and a second delivery changes nothing.
@NullMarked
package io.tidemark.orchestrator.inbox;

import org.jspecify.annotations.NullMarked;
