/// Exports of repositories over REST.
@NullMarked
package io.tidemark.orchestrator.rebuild.rest;

import org.jspecify.annotations.NullMarked;
