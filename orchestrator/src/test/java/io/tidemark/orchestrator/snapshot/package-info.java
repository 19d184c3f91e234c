@NullMarked
package io.tidemark.orchestrator.snapshot;

import org.jspecify.annotations.NullMarked;
