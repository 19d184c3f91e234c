/// One firing of a policy: which of its tasks may start now, and what the others wait for.
@NullMarked
package io.tidemark.orchestrator.run;

import org.jspecify.annotations.NullMarked;
