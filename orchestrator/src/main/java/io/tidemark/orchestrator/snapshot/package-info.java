/// Snapshots of VMs and of volumes that no VM has: which there are, and what is being done with one. Never touches
/// storage: the agents do.
@NullMarked
package io.tidemark.orchestrator.snapshot;

import org.jspecify.annotations.NullMarked;
