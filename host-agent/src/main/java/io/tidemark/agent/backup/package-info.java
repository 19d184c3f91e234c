/// Copies the disks of one VM: states, plan, and the ports to the hypervisor and to a disk's bytes.
@NullMarked
package io.tidemark.agent.backup;

import org.jspecify.annotations.NullMarked;
