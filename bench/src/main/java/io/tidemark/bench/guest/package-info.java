/// `bench guest`: what a guest's small writes wait for while its domain is backed up, beside no backup and beside
/// virtnbdbackup. Writes through QEMU's block graph, and uses the product from outside only.
@NullMarked
package io.tidemark.bench.guest;

import org.jspecify.annotations.NullMarked;
