/// The catalog's incarnation, and the attempts numbered under it. Knows no feature.
@NullMarked
package io.tidemark.orchestrator.incarnation;

import org.jspecify.annotations.NullMarked;
