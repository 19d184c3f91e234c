/// What the catalog's tables say of a VM that is about to give way.
@NullMarked
package io.tidemark.orchestrator.rebuild.db;

import org.jspecify.annotations.NullMarked;
