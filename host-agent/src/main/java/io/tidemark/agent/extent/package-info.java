/// Byte ranges of a disk and their flags; pure, and knows nothing else of ours.
@NullMarked
package io.tidemark.agent.extent;

import org.jspecify.annotations.NullMarked;
