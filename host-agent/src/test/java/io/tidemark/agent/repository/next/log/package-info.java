/// Tests of the log of one VM in a repository of version 1.
@NullMarked
package io.tidemark.agent.repository.next.log;

import org.jspecify.annotations.NullMarked;
