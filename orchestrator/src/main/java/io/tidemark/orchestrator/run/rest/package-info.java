/// Runs over REST.
@NullMarked
package io.tidemark.orchestrator.run.rest;

import org.jspecify.annotations.NullMarked;
