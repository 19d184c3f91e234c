/// Reads a disk for a backup through an NBD export.
@NullMarked
package io.tidemark.agent.backup.nbd;

import org.jspecify.annotations.NullMarked;
