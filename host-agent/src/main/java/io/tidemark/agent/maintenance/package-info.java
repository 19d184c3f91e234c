/// The agent's second role: what a repository is asked for by topic. It touches no VM and no policy.
@NullMarked
package io.tidemark.agent.maintenance;

import org.jspecify.annotations.NullMarked;
