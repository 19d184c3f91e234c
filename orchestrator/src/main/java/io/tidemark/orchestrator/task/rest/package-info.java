/// Backup tasks over REST.
@NullMarked
package io.tidemark.orchestrator.task.rest;

import org.jspecify.annotations.NullMarked;
