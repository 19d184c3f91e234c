/// Reads what a qcow2 image says of itself and of the dirty bitmaps in it, from the file and without QEMU; never
/// writes,
/// and knows nothing else of ours. Source of the format: QEMU, `docs/interop/qcow2.rst`; all numbers are
/// big-endian.
@NullMarked
package io.tidemark.agent.qcow2;

import org.jspecify.annotations.NullMarked;
