/// Epochs over REST.
@NullMarked
package io.tidemark.orchestrator.epoch.rest;

import org.jspecify.annotations.NullMarked;
