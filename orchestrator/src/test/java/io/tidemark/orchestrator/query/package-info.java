@NullMarked
package io.tidemark.orchestrator.query;

import org.jspecify.annotations.NullMarked;
