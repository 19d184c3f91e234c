/// The catalog's one row about itself.
@NullMarked
package io.tidemark.orchestrator.incarnation.db;

import org.jspecify.annotations.NullMarked;
