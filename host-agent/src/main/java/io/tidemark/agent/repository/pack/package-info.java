/// Packs: immutable objects of many entries, each with a directory that tells what lies where.
@NullMarked
package io.tidemark.agent.repository.pack;

import org.jspecify.annotations.NullMarked;
