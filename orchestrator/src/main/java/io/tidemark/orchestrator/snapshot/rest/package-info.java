/// Snapshots over REST.
@NullMarked
package io.tidemark.orchestrator.snapshot.rest;

import org.jspecify.annotations.NullMarked;
