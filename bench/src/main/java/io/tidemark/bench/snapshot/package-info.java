/// `bench snapshot`: how long it takes to have a snapshot and to be rid of it, how long a guest stands still for
/// it, and what the guest's small writes wait for while it is kept. Uses the product from outside only, by REST.
@NullMarked
package io.tidemark.bench.snapshot;

import org.jspecify.annotations.NullMarked;
