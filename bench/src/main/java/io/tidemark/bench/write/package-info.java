/// What benchmarks of a guest's writes share: a paused domain, paced writes through its devices' block graphs, and
/// what QEMU says of them. Knows nothing of the product.
@NullMarked
package io.tidemark.bench.write;

import org.jspecify.annotations.NullMarked;
