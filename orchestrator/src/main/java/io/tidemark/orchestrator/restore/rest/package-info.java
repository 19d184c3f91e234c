/// Restores over REST.
@NullMarked
package io.tidemark.orchestrator.restore.rest;

import org.jspecify.annotations.NullMarked;
