/// Questions about epochs over REST.
@NullMarked
package io.tidemark.orchestrator.query.rest;

import org.jspecify.annotations.NullMarked;
