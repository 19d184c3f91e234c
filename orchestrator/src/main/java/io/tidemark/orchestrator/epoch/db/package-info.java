/// Epochs as a table.
@NullMarked
package io.tidemark.orchestrator.epoch.db;

import org.jspecify.annotations.NullMarked;
