/// An NBD client over a unix socket; it knows byte ranges and nothing else of ours.
@NullMarked
package io.tidemark.agent.nbd;

import org.jspecify.annotations.NullMarked;
