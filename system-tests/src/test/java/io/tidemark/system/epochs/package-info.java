/// Random histories of one VM's epochs: the real agent's eyes and the real orchestrator's book over a VM in memory.
@NullMarked
package io.tidemark.system.epochs;

import org.jspecify.annotations.NullMarked;
