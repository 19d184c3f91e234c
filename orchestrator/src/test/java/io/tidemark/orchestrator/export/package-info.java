@NullMarked
package io.tidemark.orchestrator.export;

import org.jspecify.annotations.NullMarked;
