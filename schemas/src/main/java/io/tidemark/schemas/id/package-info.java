/// Identities: one record each, so that no two kinds of id can be mistaken for one another.
@NullMarked
package io.tidemark.schemas.id;

import org.jspecify.annotations.NullMarked;
