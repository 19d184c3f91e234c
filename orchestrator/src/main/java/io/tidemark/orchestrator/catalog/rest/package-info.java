/// Restore points over REST.
@NullMarked
package io.tidemark.orchestrator.catalog.rest;

import org.jspecify.annotations.NullMarked;
