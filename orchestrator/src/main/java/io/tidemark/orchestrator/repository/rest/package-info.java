/// Repositories over REST.
@NullMarked
package io.tidemark.orchestrator.repository.rest;

import org.jspecify.annotations.NullMarked;
