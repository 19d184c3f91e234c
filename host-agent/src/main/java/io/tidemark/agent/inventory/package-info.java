/// Says what the host's domains, disks and checkpoints are right now, and when a bitmap of ours is lost.
/// Reads only.
@NullMarked
package io.tidemark.agent.inventory;

import org.jspecify.annotations.NullMarked;
