/// Restore points, their copies and disks, and libvirt's checkpoints, as tables.
@NullMarked
package io.tidemark.orchestrator.catalog.db;

import org.jspecify.annotations.NullMarked;
