/// Policies over REST.
@NullMarked
package io.tidemark.orchestrator.policy.rest;

import org.jspecify.annotations.NullMarked;
