/// Says what the host's domains, disks and checkpoints are right now, and what the bitmaps of ours are good for.
/// Reads only.
@NullMarked
package io.tidemark.agent.inventory;

import org.jspecify.annotations.NullMarked;
