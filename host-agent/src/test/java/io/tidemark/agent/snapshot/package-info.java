/// Snapshots against storage and a hypervisor in memory, and on real ones.
@NullMarked
package io.tidemark.agent.snapshot;

import org.jspecify.annotations.NullMarked;
