/// What clients ask for, and the answers.
@NullMarked
package io.tidemark.schemas.request;

import org.jspecify.annotations.NullMarked;
