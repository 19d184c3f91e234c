/// Tests of the words that messages share.
@NullMarked
package io.tidemark.schemas.vocabulary;

import org.jspecify.annotations.NullMarked;
