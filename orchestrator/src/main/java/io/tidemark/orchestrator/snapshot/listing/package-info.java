/// Which snapshots a VM's disks, or a volume, have and could have, as their host says now.
@NullMarked
package io.tidemark.orchestrator.snapshot.listing;

import org.jspecify.annotations.NullMarked;
