/// Tests of backups, with fakes of the hypervisor and of the guard, and some on a real libvirtd.
@NullMarked
package io.tidemark.agent.backup;

import org.jspecify.annotations.NullMarked;
