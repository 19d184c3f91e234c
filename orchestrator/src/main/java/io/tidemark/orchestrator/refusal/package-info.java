/// Why a request of a person or a client is not done, in a form that each interface can say in its own way.
@NullMarked
package io.tidemark.orchestrator.refusal;

import org.jspecify.annotations.NullMarked;
