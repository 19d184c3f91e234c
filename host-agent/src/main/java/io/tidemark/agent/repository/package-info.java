/// The chunk store, used through {@link Repository}. Knows ids and words of the schemas and nothing else of ours.
@NullMarked
package io.tidemark.agent.repository;

import org.jspecify.annotations.NullMarked;
