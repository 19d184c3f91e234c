/// Packs of chunks and the maps that say where each chunk of a disk lies.
@NullMarked
package io.tidemark.agent.repository.pack;

import org.jspecify.annotations.NullMarked;
