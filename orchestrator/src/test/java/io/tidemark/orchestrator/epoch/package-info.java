@NullMarked
package io.tidemark.orchestrator.epoch;

import org.jspecify.annotations.NullMarked;
