/// Files of a repository in a folder: created whole or not at all, never overwritten.
@NullMarked
package io.tidemark.agent.repository.blob;

import org.jspecify.annotations.NullMarked;
