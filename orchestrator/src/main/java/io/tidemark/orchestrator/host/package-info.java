/// Known hosts, their sessions and leases, and what they say of their domains and disks.
@NullMarked
package io.tidemark.orchestrator.host;

import org.jspecify.annotations.NullMarked;
