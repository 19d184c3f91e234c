/// Rows of the compacted topics; a reader ignores a revision that is not higher than the one it has.
@NullMarked
package io.tidemark.schemas.table;

import org.jspecify.annotations.NullMarked;
