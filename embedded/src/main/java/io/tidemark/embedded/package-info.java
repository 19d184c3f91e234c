/// Kafka and PostgreSQL as a library: the same servers for the demo, for all-in-one use and for every test.
@NullMarked
package io.tidemark.embedded;

import org.jspecify.annotations.NullMarked;
