/// Images written through QEMU's own NBD server, which holds their lock meanwhile.
@NullMarked
package io.tidemark.agent.restore.nbd;

import org.jspecify.annotations.NullMarked;
