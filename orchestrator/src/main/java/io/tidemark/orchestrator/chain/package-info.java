/// What a backup is to be built on: one parent point for the VM, and a level with its reason for each disk.
@NullMarked
package io.tidemark.orchestrator.chain;

import org.jspecify.annotations.NullMarked;
