/// Measures the product beside its peers, round by round on one running domain, and prints a JSON line a figure.
/// Uses the product from outside only: its REST interface, and what Linux says about its processes.
@NullMarked
package io.tidemark.bench;

import org.jspecify.annotations.NullMarked;
