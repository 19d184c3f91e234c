/// One restore of a point to images on a host: its states, and what is sent for it.
@NullMarked
package io.tidemark.orchestrator.restore;

import org.jspecify.annotations.NullMarked;
