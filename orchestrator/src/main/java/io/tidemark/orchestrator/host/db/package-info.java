/// Hosts, VMs and disks as tables.
@NullMarked
package io.tidemark.orchestrator.host.db;

import org.jspecify.annotations.NullMarked;
