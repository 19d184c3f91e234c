/// Holds each mechanism of the storage to the same contract, on real storage.
@NullMarked
package io.tidemark.agent.snapshot.storage;

import org.jspecify.annotations.NullMarked;
