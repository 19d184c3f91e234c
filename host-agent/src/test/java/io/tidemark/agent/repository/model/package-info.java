/// A model of the repository's protocol, as `docs/formats/repository.md` has it, and the search that tries every
/// order of its steps. It knows nothing of the code that is to follow it.
@NullMarked
package io.tidemark.agent.repository.model;

import org.jspecify.annotations.NullMarked;
