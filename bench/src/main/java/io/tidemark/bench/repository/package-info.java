/// `bench repository`: the agent's repository, driven through its façade, beside programs that do the same. It
/// starts no part of the product.
@NullMarked
package io.tidemark.bench.repository;

import org.jspecify.annotations.NullMarked;
