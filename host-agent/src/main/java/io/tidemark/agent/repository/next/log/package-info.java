/// The log of one VM in a repository of version 1: records with consecutive numbers, which decide what exists. What
/// it is made of lies in a `BlobStore`; this package knows no pack and no tree.
@NullMarked
package io.tidemark.agent.repository.next.log;

import org.jspecify.annotations.NullMarked;
