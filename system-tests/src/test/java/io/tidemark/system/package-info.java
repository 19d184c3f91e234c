/// Rules over the whole source tree and its documents.
@NullMarked
package io.tidemark.system;

import org.jspecify.annotations.NullMarked;
