/// Builds the catalog anew from what repositories export, and lets nothing be deleted before a person has looked.
@NullMarked
package io.tidemark.orchestrator.rebuild;

import org.jspecify.annotations.NullMarked;
