/// Exports that repositories' maintenance agents are asked for: which, and what of them has come. What an export
/// says is read elsewhere.
@NullMarked
package io.tidemark.orchestrator.export;

import org.jspecify.annotations.NullMarked;
