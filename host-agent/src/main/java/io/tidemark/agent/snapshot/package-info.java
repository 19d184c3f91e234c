/// Snapshots of volumes and of whole domains: what each mechanism can do, and how several become one.
@NullMarked
package io.tidemark.agent.snapshot;

import org.jspecify.annotations.NullMarked;
