@NullMarked
package io.tidemark.orchestrator.snapshot.listing;

import org.jspecify.annotations.NullMarked;
