/// Exports over REST.
@NullMarked
package io.tidemark.orchestrator.export.rest;

import org.jspecify.annotations.NullMarked;
