/// What storage must do for a repository, and stores that do it, or show that the suite finds who does not.
@NullMarked
package io.tidemark.agent.repository.blob;

import org.jspecify.annotations.NullMarked;
