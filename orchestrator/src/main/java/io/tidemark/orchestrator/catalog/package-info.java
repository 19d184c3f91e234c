/// Restore points and their copies: listed because a repository committed them, never because someone hoped so.
@NullMarked
package io.tidemark.orchestrator.catalog;

import org.jspecify.annotations.NullMarked;
